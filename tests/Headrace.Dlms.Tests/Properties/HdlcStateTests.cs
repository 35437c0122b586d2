using System.Buffers;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.Tests.Hdlc;

namespace Headrace.Dlms.Tests.Properties;

/// <summary>Both sides of an HDLC link laid out whole: every state, every frame and every act of the caller, with what goes out, what is
/// told and where the link is then.</summary>
public sealed class HdlcStateTests
{
    private static readonly HdlcAddress Client = HdlcAddress.Client(16);
    private static readonly HdlcAddress Server = HdlcAddress.Server(1, 17);
    private static readonly byte[] Request = [0xE6, 0xE6, 0x00, 0xC0, 1];
    private static readonly byte[] Response = [0xE6, 0xE7, 0x00, 0xC4, 1];

    // Columns are the states: what goes out/what is told>state; - is nothing.
    private static readonly string[] ServerTable =
    [
        // Disconnected, Connected
        "SNRM           UA/Connected>Connected    UA/Connected>Connected",
        "DISC           DM/->Disconnected         UA/Disconnected>Disconnected",
        "UA             DM/->Disconnected         FRMR/Rejected>Disconnected",
        "DM             DM/->Disconnected         FRMR/Rejected>Disconnected",
        "FRMR           DM/->Disconnected         FRMR/Rejected>Disconnected",
        "RR,turn        DM/->Disconnected         RR/->Connected",
        "RR             -/->Disconnected          -/->Connected",
        "RR,never-sent  DM/->Disconnected         FRMR/Rejected>Disconnected",
        "RNR,turn       DM/->Disconnected         RR/->Connected",
        "I,whole        DM/->Disconnected         -/Apdu>Connected",
        "I,segment      DM/->Disconnected         RR/->Connected",
        "I,out-of-order DM/->Disconnected         RR/->Connected",
        "I,never-sent   DM/->Disconnected         FRMR/Rejected>Disconnected",
        "UI             -/Unnumbered>Disconnected -/Unnumbered>Connected",
        "UI,segment     -/->Disconnected          -/->Connected",
        "unknown        DM/->Disconnected         FRMR/Rejected>Disconnected",
    ];

    private static readonly string[] ClientTable =
    [
        // Disconnected, Connecting, Connected, Disconnecting
        "SNRM           -/->Disconnected          -/->Connecting          -/->Connected               -/->Disconnecting",
        "DISC           -/->Disconnected          -/->Connecting          -/->Connected               -/->Disconnecting",
        "UA             -/->Disconnected          -/Connected>Connected   -/->Connected               -/Disconnected>Disconnected",
        "DM             -/->Disconnected          -/Refused>Disconnected  -/Disconnected>Disconnected -/Disconnected>Disconnected",
        "FRMR           -/->Disconnected          -/->Connecting          -/Rejected>Disconnected     -/->Disconnecting",
        "RR,turn        -/->Disconnected          -/->Connecting          -/->Connected               -/->Disconnecting",
        "RR             -/->Disconnected          -/->Connecting          -/->Connected               -/->Disconnecting",
        "RR,never-sent  -/->Disconnected          -/->Connecting          -/Rejected>Disconnected     -/->Disconnecting",
        "RNR,turn       -/->Disconnected          -/->Connecting          -/Busy>Connected            -/->Disconnecting",
        "I,whole        -/->Disconnected          -/->Connecting          -/Apdu>Connected            -/->Disconnecting",
        "I,segment      -/->Disconnected          -/->Connecting          RR/->Connected              -/->Disconnecting",
        "I,out-of-order -/->Disconnected          -/->Connecting          -/->Connected               -/->Disconnecting",
        "I,never-sent   -/->Disconnected          -/->Connecting          -/Rejected>Disconnected     -/->Disconnecting",
        "UI             -/Unnumbered>Disconnected -/Unnumbered>Connecting -/Unnumbered>Connected      -/Unnumbered>Disconnecting",
        "UI,segment     -/->Disconnected          -/->Connecting          -/->Connected               -/->Disconnecting",
        "unknown        -/->Disconnected          -/->Connecting          -/->Connected               -/->Disconnecting",
        "connect        SNRM/->Connecting         SNRM/->Connecting       SNRM/->Connecting           SNRM/->Connecting",
        "disconnect     DISC/->Disconnecting      DISC/->Disconnecting    DISC/->Disconnecting        DISC/->Disconnecting",
        "send           forbidden>Disconnected    forbidden>Connecting    I/->Connected               forbidden>Disconnecting",
        "silence        -/->Disconnected          SNRM/->Connecting       RR/->Connected              DISC/->Disconnecting",
    ];

    [Fact]
    public void The_server_does_with_every_frame_in_every_state_what_the_table_says()
    {
        HdlcLinkState[] states = [HdlcLinkState.Disconnected, HdlcLinkState.Connected];
        var rows = Frames(toServer: true).Select(f => f.Name + " " + string.Join(' ', states.Select(state =>
        {
            var (link, output) = (ServerIn(state), new ArrayBufferWriter<byte>());
            var told = link.Receive(f.Frame, output, out var happened);
            return Cell(output, told, happened.Kind, link.State);
        })));
        AssertTable(ServerTable, rows);
    }

    [Fact]
    public void The_client_does_with_every_frame_and_act_in_every_state_what_the_table_says()
    {
        var states = Enum.GetValues<HdlcLinkState>();
        var rows = Frames(toServer: false).Select(f => f.Name + " " + string.Join(' ', states.Select(state =>
        {
            var (link, output) = (ClientIn(state), new ArrayBufferWriter<byte>());
            var input = new ReadOnlySequence<byte>(HdlcFrameTests.Encode(f.Frame));
            var told = link.TryReceive(ref input, output, out var happened);
            return Cell(output, told, happened.Kind, link.State);
        })));
        (string Name, Action<HdlcClientLink, IBufferWriter<byte>> Act)[] acts =
        [
            ("connect", (link, output) => link.Connect(output)), ("disconnect", (link, output) => link.Disconnect(output)),
            ("send", (link, output) => link.SendApdu(new byte[] { 0xC0, 1 }, output)),
            ("silence", (link, output) => link.OnTimeout(output)),
        ];
        var byCaller = acts.Select(act => act.Name + " " + string.Join(' ', states.Select(state =>
        {
            var (link, output) = (ClientIn(state), new ArrayBufferWriter<byte>());
            try
            {
                act.Act(link, output);
            }
            catch (InvalidOperationException)
            {
                return "forbidden>" + link.State;
            }
            return Cell(output, false, default, link.State);
        })));
        AssertTable(ClientTable, rows.Concat(byCaller));
    }

    private static void AssertTable(string[] expected, IEnumerable<string> actual)
    {
        static string Squeezed(string row) => string.Join(' ', row.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var (wanted, found) = (string.Join('\n', expected.Select(Squeezed)), string.Join('\n', actual.Select(Squeezed)));
        Assert.True(string.Equals(wanted, found, StringComparison.Ordinal), found);
    }

    private static string Cell(ArrayBufferWriter<byte> output, bool told, HdlcEventKind kind, HdlcLinkState state)
    {
        var sent = HdlcFrameTests.ReadAll(output.WrittenSpan.ToArray(), new HdlcFrameReader()).Select(f => Short(f.Type));
        return $"{(output.WrittenCount == 0 ? "-" : string.Join('+', sent))}/{(told ? kind : "-")}>{state}";
    }

    private static string Short(HdlcFrameType type) => type switch
    {
        HdlcFrameType.Information => "I",
        HdlcFrameType.ReceiveReady => "RR",
        HdlcFrameType.ReceiveNotReady => "RNR",
        HdlcFrameType.SetNormalResponseMode => "SNRM",
        HdlcFrameType.Disconnect => "DISC",
        HdlcFrameType.UnnumberedAcknowledge => "UA",
        HdlcFrameType.DisconnectedMode => "DM",
        HdlcFrameType.FrameReject => "FRMR",
        HdlcFrameType.UnnumberedInformation => "UI",
        _ => "?",
    };

    private static HdlcServerLink ServerIn(HdlcLinkState state)
    {
        var link = new HdlcServerLink(Server, Client, HdlcParameters.Default);
        var opening = new HdlcFrame(Server, Client, HdlcControl.SetNormalResponseMode, false, default);
        if (state == HdlcLinkState.Connected) link.Receive(opening, new ArrayBufferWriter<byte>(), out _);
        Assert.Equal(state, link.State);
        return link;
    }

    private static HdlcClientLink ClientIn(HdlcLinkState state)
    {
        var (link, output) = (new HdlcClientLink(Client, Server), new ArrayBufferWriter<byte>());
        if (state != HdlcLinkState.Disconnected) link.Connect(output);
        if (state is HdlcLinkState.Connected or HdlcLinkState.Disconnecting)
        {
            var input = new ReadOnlySequence<byte>(HdlcFrameTests.Encode(
                new HdlcFrame(Client, Server, HdlcControl.UnnumberedAcknowledge, false, default)));
            Assert.True(link.TryReceive(ref input, output, out _));
        }
        if (state == HdlcLinkState.Disconnecting) link.Disconnect(output);
        Assert.Equal(state, link.State);
        return link;
    }

    private static IEnumerable<(string Name, HdlcFrame Frame)> Frames(bool toServer)
    {
        var (to, from, message) = toServer ? (Server, Client, Request) : (Client, Server, Response);
        HdlcFrame Frame(HdlcControl control, byte[]? information = null, bool segmented = false) =>
            new(to, from, control, segmented, information ?? []);
        yield return ("SNRM", Frame(HdlcControl.SetNormalResponseMode));
        yield return ("DISC", Frame(HdlcControl.Disconnect));
        yield return ("UA", Frame(HdlcControl.UnnumberedAcknowledge));
        yield return ("DM", Frame(HdlcControl.DisconnectedMode));
        yield return ("FRMR", Frame(HdlcControl.FrameReject));
        yield return ("RR,turn", Frame(HdlcControl.ReceiveReady(0)));
        yield return ("RR", Frame(HdlcControl.ReceiveReady(0, pollFinal: false)));
        yield return ("RR,never-sent", Frame(HdlcControl.ReceiveReady(5)));
        yield return ("RNR,turn", Frame(HdlcControl.ReceiveNotReady(0)));
        yield return ("I,whole", Frame(HdlcControl.Information(0, 0, true), message));
        yield return ("I,segment", Frame(HdlcControl.Information(0, 0, true), message, segmented: true));
        yield return ("I,out-of-order", Frame(HdlcControl.Information(3, 0, true), message));
        yield return ("I,never-sent", Frame(HdlcControl.Information(0, 5, true), message));
        yield return ("UI", Frame(HdlcControl.UnnumberedInformation(true), message));
        yield return ("UI,segment", Frame(HdlcControl.UnnumberedInformation(false), message, segmented: true));
        yield return ("unknown", Frame(new HdlcControl(0x9F)));
    }
}
