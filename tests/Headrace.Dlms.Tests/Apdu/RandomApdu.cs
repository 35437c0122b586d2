using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Dlms.Tests.Data;

namespace Headrace.Dlms.Tests.Apdu;

/// <summary>Seeded random APDUs: one maker for every record there is.</summary>
internal sealed class RandomApdu
{
    private readonly RandomData _data;
    private readonly Func<XdlmsApdu>[] _makers;

    public RandomApdu(int seed)
    {
        _data = new RandomData(seed);
        _makers = [.. LogicalNames(), .. Notifications(), .. ShortNames(), .. Protection()];
    }

    public int Kinds => _makers.Length;

    private Random Random => _data.Random;

    private bool Coin => Random.Next(2) == 0;

    private InvokeIdAndPriority Id => new((byte)Random.Next(256));

    private LongInvokeIdAndPriority LongId => new((uint)Random.NextInt64(uint.MaxValue));

    private uint Number => (uint)Random.NextInt64(uint.MaxValue);

    private DataBlock Block => new(Coin, Number, _data.Octets(300));

    private SelectiveAccess? Selection => Coin ? null : new SelectiveAccess((byte)Random.Next(256), _data.Value(3));

    private CosemAttributeDescriptor Attribute => new((ushort)Random.Next(65536), _data.Name(), (sbyte)Random.Next(-128, 128));

    private CosemMethodDescriptor Method => new((ushort)Random.Next(65536), _data.Name(), (sbyte)Random.Next(-128, 128));

    private AttributeSelection Target => new(Attribute, Selection);

    private CosemDateTime? Time => Coin ? null : _data.DateTime();

    private DataAccessResult Result => (DataAccessResult)Random.Next(256);

    private GetDataResult DataResult => Coin ? GetDataResult.FromData(_data.Value(3)) : GetDataResult.FromError(Result);

    private ActionOutcome Outcome => new((ActionResult)Random.Next(256), Coin ? null : DataResult);

    private GeneralProtectionHeader Header => new(_data.Octets(), _data.Octets(), _data.Octets(), _data.Octets(), _data.Octets());

    public XdlmsApdu Make(int kind) => _makers[kind % _makers.Length]();

    private IEnumerable<Func<XdlmsApdu>> LogicalNames() =>
    [
        () => new GetRequestNormal(Id, Attribute, Selection),
        () => new GetRequestNext(Id, Number),
        () => new GetRequestWithList(Id, Some(() => Target)),
        () => new GetResponseNormal(Id, DataResult),
        () => new GetResponseWithDatablock(Id, Coin, Number, _data.Octets(300)),
        () => new GetResponseWithDatablock(Id, Coin, Number, null, Result),
        () => new GetResponseWithList(Id, Some(() => DataResult)),
        () => new SetRequestNormal(Id, Target, _data.Value()),
        () => new SetRequestWithFirstDatablock(Id, Target, Block),
        () => new SetRequestWithDatablock(Id, Block),
        () => new SetRequestWithList(Id, Some(() => Target), Some(() => _data.Value())),
        () => new SetRequestWithListAndFirstDatablock(Id, Some(() => Target), Block),
        () => new SetResponseNormal(Id, Result),
        () => new SetResponseDatablock(Id, Number),
        () => new SetResponseLastDatablock(Id, Result, Number),
        () => new SetResponseLastDatablockWithList(Id, Some(() => Result), Number),
        () => new SetResponseWithList(Id, Some(() => Result)),
        () => new ActionRequestNormal(Id, Method, Coin ? null : _data.Value()),
        () => new ActionRequestNextPblock(Id, Number),
        () => new ActionRequestWithList(Id, Some(() => Method), Some(() => _data.Value())),
        () => new ActionRequestWithFirstPblock(Id, Method, Block),
        () => new ActionRequestWithListAndFirstPblock(Id, Some(() => Method), Block),
        () => new ActionRequestWithPblock(Id, Block),
        () => new ActionResponseNormal(Id, Outcome),
        () => new ActionResponseWithPblock(Id, Block),
        () => new ActionResponseWithList(Id, Some(() => Outcome)),
        () => new ActionResponseNextPblock(Id, Number),
    ];

    private IEnumerable<Func<XdlmsApdu>> Notifications() =>
    [
        () => new DataNotification(LongId, Time, _data.Value()),
        () => new DataNotificationConfirm(LongId, (byte)Random.Next(256)),
        () => new EventNotification(Time, Attribute, _data.Value()),
        () => new ExceptionResponse((StateError)Random.Next(1, 3), (ServiceError)Random.Next(1, 6)),
        () => new ExceptionResponse(StateError.ServiceNotAllowed, ServiceError.InvocationCounterError, Number),
        () => new ConfirmedServiceError((byte)Random.Next(256), (ServiceErrorClass)Random.Next(10), (byte)Random.Next(256)),
        () => new AccessRequest(LongId, Time, Some(Specification), Some(() => _data.Value())),
        () => new AccessResponse(LongId, Time, Coin ? null : Some(Specification), Some(() => _data.Value()), Some(Accessed)),
        () => new GeneralBlockTransfer(Coin, Coin, (byte)Random.Next(64), (ushort)Random.Next(65536), (ushort)Random.Next(65536),
            _data.Octets(300)),
        () => new GatewayRequest((byte)Random.Next(256), _data.Octets(), _data.Octets()),
        () => new GatewayResponse((byte)Random.Next(256), _data.Octets(), _data.Octets()),
        () => new InitiateRequest((Conformance)(Number & 0xFFFFFF), (ushort)Random.Next(65536), Coin ? null : _data.Octets(), Coin,
            Coin ? null : (sbyte)-3),
        () => new InitiateResponse((Conformance)(Number & 0xFFFFFF), (ushort)Random.Next(65536), 0xFA00, Coin ? null : (sbyte)5),
    ];

    private IEnumerable<Func<XdlmsApdu>> ShortNames() =>
    [
        () => new ReadRequest(Some(Variable)),
        () => new ReadResponse(Some(ReadOutcome)),
        () => new WriteRequest(Some(Variable), Some(() => _data.Value())),
        () => new WriteResponse(Some(Written)),
        () => new UnconfirmedWriteRequest(Some(Variable), Some(() => _data.Value())),
        () => new InformationReport(Coin ? null : _data.Octets(), Some(Variable), Some(() => _data.Value())),
    ];

    private IEnumerable<Func<XdlmsApdu>> Protection() =>
    [
        () => new CipheredApdu(Ciphered(), Content()),
        () => new GeneralGloCiphering(_data.Octets(9), Content()),
        () => new GeneralDedCiphering(_data.Octets(9), Content()),
        () => new GeneralCiphering(Header, Key(), Content()),
        () => new GeneralSigning(Header, _data.Octets(300), _data.Octets(100)),
    ];

    private T[] Some<T>(Func<T> make) => [.. Enumerable.Range(0, Random.Next(0, 4)).Select(_ => make())];

    private AccessOutcome Accessed() => new((AccessSpecificationKind)Random.Next(1, 4), (byte)Random.Next(256));

    private WriteResult Written() => Random.Next(3) switch
    {
        0 => new WriteResult(DataAccessResult.Success),
        1 => new WriteResult(DataAccessResult.TypeUnmatched),
        _ => new WriteResult(DataAccessResult.Success, 3),
    };

    private AccessSpecification Specification() => Random.Next(3) switch
    {
        0 => new AccessGet(Attribute, Selection),
        1 => new AccessSet(Attribute, Selection),
        _ => new AccessAction(Method),
    };

    private VariableAccess Variable() => Random.Next(5) switch
    {
        0 => new ParameterizedAccess((ushort)Random.Next(65536), new SelectiveAccess(1, _data.Value(3))),
        1 => new BlockNumberAccess((ushort)Random.Next(65536)),
        2 => new ReadDataBlockAccess(Coin, (ushort)Random.Next(65536), _data.Octets()),
        3 => new WriteDataBlockAccess(Coin, (ushort)Random.Next(65536)),
        _ => new VariableName((ushort)Random.Next(65536)),
    };

    private ReadResult ReadOutcome() => Random.Next(4) switch
    {
        0 => new ReadError(Result),
        1 => new ReadDataBlock(Coin, (ushort)Random.Next(65536), _data.Octets(300)),
        2 => new ReadBlockNumber((ushort)Random.Next(65536)),
        _ => new ReadData(_data.Value()),
    };

    private KeyInformation? Key() => Random.Next(4) switch
    {
        0 => new IdentifiedKey((byte)Random.Next(2)),
        1 => new WrappedKey(0, _data.Octets(41)),
        2 => new AgreedKey(new byte[] { 1 }, _data.Octets(129)),
        _ => null,
    };

    private CipheredContent Content() =>
        new(new SecurityControl((byte)Random.Next(256)), Number, (byte[])[.. _data.Octets(200), .. new byte[CipheredContent.TagSize]]);

    private ApduTag Ciphered()
    {
        ApduTag[] tags = [.. Enum.GetValues<ApduTag>().Where(t => t.IsServiceSpecificCiphered())];
        return tags[Random.Next(tags.Length)];
    }
}
