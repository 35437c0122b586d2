using System.Buffers;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.Tests.Session;

/// <summary>A client whose server is a script: each test says what the server answers.</summary>
internal static class ScriptedServer
{
    public const Conformance All = (Conformance)0xFF_FFFF & ~(Conformance.ReservedZero | Conformance.ReservedSeven);

    public static readonly CosemAttributeDescriptor Value = TestMeter.Attribute(1, TestMeter.Text);

    public static readonly CosemMethodDescriptor Method = new(9000, TestMeter.Mirror, 1);

    /// <summary>A client that has opened its association without authentication or ciphering.</summary>
    public static ClientAssociation Opened(
        Conformance granted = All, ushort serverMaxPdu = 0, Func<ClientOptions, ClientOptions>? change = null)
    {
        var options = new ClientOptions { Conformance = All };
        var client = new ClientAssociation(change?.Invoke(options) ?? options, new SecurityKeys());
        client.Open();
        Assert.IsType<Associated>(client.Receive(Accept(granted, serverMaxPdu)).Event);
        return client;
    }

    /// <summary>An AARE that accepts.</summary>
    public static byte[] Accept(Conformance granted, ushort serverMaxPdu = 0,
        ApplicationContext context = ApplicationContext.LogicalNames)
    {
        var output = new ArrayBufferWriter<byte>();
        new AssociationResponse
        {
            ApplicationContext = context,
            Result = AssociationResult.Accepted,
            Diagnostic = AssociationDiagnostic.User(UserDiagnostic.None),
            UserInformation = new InitiateResponse(granted, serverMaxPdu).Encode(),
        }.WriteTo(output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The request that was sent, decoded.</summary>
    public static T Sent<T>(ReadOnlyMemory<byte> request) where T : XdlmsApdu => Assert.IsType<T>(XdlmsApdu.Decode(request.ToArray()));

    /// <summary>The invoke id of a request.</summary>
    public static InvokeIdAndPriority IdOf(ReadOnlyMemory<byte> request) => new(request.Span[2]);

    /// <summary>A GET response with a number.</summary>
    public static byte[] Number(InvokeIdAndPriority id, byte value) =>
        new GetResponseNormal(id, GetDataResult.FromData(CosemData.Unsigned(value))).Encode();
}
