using System.Buffers;
using System.Text;
using Headrace.Dlms.LocalExchange;
using Headrace.Dlms.Tests.Session;
using Headrace.Wire;
using Input = Headrace.Dlms.LocalExchange.LocalExchangeInput;
using State = Headrace.Dlms.LocalExchange.LocalExchangeState;

namespace Headrace.Dlms.Tests.LocalExchange;

public sealed class LocalExchangeTests
{
    private const string Block = "F.F(00000000)\r\n1.8.0(001234.56*kWh)\r\n1.6.1(0.17*kW)(0603021200)\r\n0.0.0()\r\n!\r\n";

    private static readonly LocalExchangeTimings Quick = new(TimeSpan.FromSeconds(10))
    {
        Reaction = TimeSpan.Zero,
        BeforeHdlc = TimeSpan.Zero,
    };

    private readonly List<int> _speeds = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(' ', false, LocalExchangeMode.A, 300)]
    [InlineData('E', false, LocalExchangeMode.B, 9600)]
    [InlineData('5', false, LocalExchangeMode.C, 9600)]
    [InlineData('6', true, LocalExchangeMode.E, 19200)]
    public async Task A_meter_is_read_out_in_every_mode(char baud, bool hdlc, LocalExchangeMode mode, int speed)
    {
        await using var line = Serve(new LocalExchangeServer(Device(baud, hdlc)));
        var channel = Channel(line);
        var meter = await channel.SignOnAsync("", Cancel);
        Assert.Equal(mode, meter.Mode);
        Assert.Equal("HDR", meter.Manufacturer);
        Assert.Equal("Meter 1", meter.Text);
        var sets = await channel.ReadOutAsync(Cancel);
        Assert.Equal(["F.F", "1.8.0", "1.6.1", "0.0.0"], sets.Select(s => s.Address));
        Assert.Equal([new LocalValue("0.17", "kW"), new LocalValue("0603021200")], sets[2].Values);
        Assert.Equal(speed == 300 ? [] : [speed], _speeds);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Pieces_of_any_size_and_parity_by_software_make_no_difference(int pieces)
    {
        var server = new LocalExchangeServer(Device('5', false) with { SoftwareParity = true });
        await using var line = Serve(server, pieces);
        var channel = Channel(line, new LocalExchangeOptions { SoftwareParity = true });
        await channel.SignOnAsync("0012", Cancel);
        Assert.Equal(4, (await channel.ReadOutAsync(Cancel)).Count);
        Assert.Equal(0, server.StrayMessages);
    }

    [Fact]
    public async Task Registers_are_read_and_written_in_programming_mode_after_the_password()
    {
        var written = new List<string>();
        var device = Device('5', false) with
        {
            Operand = "1A2B",
            Password = (type, password) => type == '1' && password == "00000000",
            Read = (type, set) => type == '5' && set == "1.8.0()" ? "(001234.56*kWh)" : null,
            Write = (command, type, set) =>
            {
                written.Add($"{command}{type} {set}");
                return set.StartsWith("0.9.", StringComparison.Ordinal);
            },
        };
        await using var line = Serve(new LocalExchangeServer(device));
        var channel = Channel(line);
        await channel.SignOnAsync("", Cancel);
        Assert.Equal("(1A2B)", await channel.ProgramAsync(Cancel));
        Assert.Equal("(ERROR)", await channel.CommandAsync('W', '5', "0.9.1(120000)", Cancel));
        Assert.Equal("(ERROR)", await channel.CommandAsync('P', '1', "(12345678)", Cancel));
        Assert.Equal("", await channel.CommandAsync('P', '1', "(00000000)", Cancel));
        Assert.Equal("(001234.56*kWh)", await channel.CommandAsync('R', '5', "1.8.0()", Cancel));
        Assert.Equal("(ERROR)", await channel.CommandAsync('R', '5', "9.9.9()", Cancel));
        Assert.Equal("", await channel.CommandAsync('W', '5', "0.9.1(120000)", Cancel));
        Assert.Equal("(ERROR)", await channel.CommandAsync('W', '5', "9.9.9(1)", Cancel));
        Assert.Equal(["W5 0.9.1(120000)", "W5 9.9.9(1)"], written);
        await channel.SignOffAsync(Cancel);
    }

    [Fact]
    public async Task Three_wrong_passwords_end_the_exchange()
    {
        await using var line = Serve(new LocalExchangeServer(Device('5', false)));
        var channel = Channel(line);
        await channel.SignOnAsync("", Cancel);
        await channel.ProgramAsync(Cancel);
        Assert.Equal("(ERROR)", await channel.CommandAsync('P', '1', "(1)", Cancel));
        Assert.Equal("(ERROR)", await channel.CommandAsync('P', '1', "(2)", Cancel));
        Assert.Null(await channel.CommandAsync('P', '1', "(3)", Cancel));
    }

    [Fact]
    public async Task Mode_e_hands_the_line_over_to_hdlc_at_the_speed_offered()
    {
        var server = new LocalExchangeServer(Device('5', true));
        await using var line = Serve(server);
        var channel = Channel(line);
        await channel.SignOnAsync("", Cancel);
        await channel.SwitchToHdlcAsync(Cancel);
        Assert.Equal(State.Hdlc, server.State);
        Assert.Equal([-9600], _speeds);
    }

    [Fact]
    public void The_start_of_mode_e_is_byte_for_byte_as_the_standard_has_it()
    {
        var client = new LocalExchangeClient(new LocalExchangeOptions());
        var output = new ArrayBufferWriter<byte>();
        client.Request("", output);
        Assert.Equal("2F3F210D0A", Convert.ToHexString(output.WrittenSpan));
        output.ResetWrittenCount();
        Feed(client, "/LGZ5\\2ZMD1204007.B32\r\n"u8.ToArray());
        Assert.Equal(LocalExchangeMode.E, client.Meter!.Mode);
        client.Choose(Input.ChooseHdlc, output);
        Assert.Equal("063235320D0A", Convert.ToHexString(output.WrittenSpan));
        Feed(client, Convert.FromHexString("063235320D0A"));
        Assert.Equal((State.Hdlc, 9600), (client.State, client.BaudRate));
    }

    [Fact]
    public void A_broken_read_out_is_asked_for_again_and_in_the_end_given_up()
    {
        var (client, output) = (new LocalExchangeClient(new LocalExchangeOptions()), new ArrayBufferWriter<byte>());
        client.Request("", output);
        Feed(client, "/HDRAMeter\r\n"u8.ToArray());
        var good = Encode(new LocalMessage(Input.Data, Content: Encoding.ASCII.GetBytes(Block)));
        var bad = good.ToArray();
        bad[5] ^= 1;
        Assert.Equal("15", Convert.ToHexString(Feed(client, bad)));
        Assert.Equal(State.ReadOut, client.State);
        Feed(client, good);
        Assert.Equal(State.Delivered, client.State);
        client.Request("", output);
        Feed(client, "/HDRAMeter\r\n"u8.ToArray());
        for (var i = 0; i < 3; i++) Feed(client, bad);
        Assert.Throws<ProtocolException>(() => Feed(client, bad));
    }

    [Fact]
    public void A_refused_command_is_sent_again_and_an_echo_is_dropped()
    {
        var client = new LocalExchangeClient(new LocalExchangeOptions { DropEcho = true });
        var output = new ArrayBufferWriter<byte>();
        client.Request("", output);
        Feed(client, [.. output.WrittenSpan.ToArray(), .. "/HDR5Meter\r\n"u8]);
        Assert.Equal(State.Identified, client.State);
        client.Choose(Input.ChooseProgramming, output);
        Feed(client, Encode(LocalMessage.Of('P', '0', "()")));
        client.Send('R', '5', "1.8.0()", output);
        var command = Encode(LocalMessage.Of('R', '5', "1.8.0()"));
        Assert.Equal(command, Feed(client, [0x15]));
        Feed(client, [.. command, .. Encode(new LocalMessage(Input.Data, Content: "(1)"u8.ToArray()))]);
        Assert.Equal(State.Programming, client.State);
        Assert.Equal(2, client.EchoesDropped);
    }

    [Fact]
    public void A_command_has_the_block_check_of_iso_1155()
    {
        // P1 (00000000): worked out by hand, the exclusive or of 50 31 02 28 8x30 29 03.
        Assert.Equal("0150310228303030303030303029" + "03" + "61", Convert.ToHexString(Encode(LocalMessage.Of('P', '1', "(00000000)"))));
        Assert.Equal("01423003" + "71", Convert.ToHexString(Encode(LocalMessage.Of('B', '0', ""))));
    }

    [Fact]
    public void Every_state_and_every_message_lead_where_the_table_says()
    {
        const string Table = """
            SignedOff   Requested - - - - - - - - - - - -
            Requested   Requested ReadOut Identified - - - - - - - SignedOff - -
            Identified  Requested - - ReadOut Operand Confirming Delivered - - - SignedOff - -
            ReadOut     Requested - - - - - Delivered - - - SignedOff - ReadOut
            Delivered   Requested - - - - - - - - - SignedOff SignedOff ReadOut
            Operand     Requested - - - - - - - Programming - SignedOff - Operand
            Programming Requested - - - - - - - - Commanded SignedOff - Commanded
            Commanded   Requested - - - - - Programming Partial Programming - SignedOff Programming Programming
            Partial     Requested - - - - - - - - - SignedOff Commanded Commanded
            Confirming  Requested - - - - Hdlc - - - - SignedOff - -
            Hdlc        - - - - - - - - - - - - -
            """;
        var rows = Table.Split('\n').Select(r => r.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.Equal(Enum.GetNames<State>().Length, rows.Count);
        foreach (var row in rows)
        {
            foreach (var input in Enum.GetValues<Input>())
            {
                var next = LocalExchangeTable.Next(Enum.Parse<State>(row[0]), input)?.ToString() ?? "-";
                Assert.True(row[1 + (int)input].Trim() == next, $"{row[0]} and {input} lead to {next}");
            }
        }
    }

    [Fact]
    public void Random_and_altered_messages_give_protocol_errors_and_nothing_else_on_both_sides()
    {
        var random = new Random(62056);
        byte[][] seeds =
        [
            "/?12!\r\n"u8.ToArray(), "/HDR5\\2Meter\r\n"u8.ToArray(), Convert.FromHexString("063035310D0A"),
            Convert.FromHexString("063235320D0A"), Encode(LocalMessage.Of('P', '1', "(00000000)")),
            Encode(LocalMessage.Of('R', '5', "1.8.0()")), Encode(new LocalMessage(Input.Data, Content: Encoding.ASCII.GetBytes(Block))),
        ];
        for (var i = 0; i < 20_000; i++)
        {
            var client = new LocalExchangeClient(new LocalExchangeOptions { MaxMessageLength = 300, SoftwareParity = i % 3 == 0 });
            var server = new LocalExchangeServer(Device('5', true) with { SoftwareParity = i % 3 == 0 });
            client.Request("", new ArrayBufferWriter<byte>());
            var noise = new List<byte>();
            for (var n = 0; n < 6; n++) noise.AddRange(seeds[random.Next(seeds.Length)]);
            var bytes = noise.ToArray();
            for (var n = random.Next(4); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var thrown = Record.Exception(() => Feed(client, bytes));
            Assert.True(thrown is null or ProtocolException, $"{Convert.ToHexString(bytes)}: {thrown}");
            var (input, output) = (new ReadOnlySequence<byte>(bytes), new ArrayBufferWriter<byte>());
            while (server.TryServe(ref input, output))
            {
            }
            thrown = Record.Exception(() => LocalDataSet.Parse(bytes));
            Assert.True(thrown is null or ProtocolException, $"{Convert.ToHexString(bytes)}: {thrown}");
        }
    }

    [Fact]
    public void A_message_without_end_is_refused_at_its_limit()
    {
        var client = new LocalExchangeClient(new LocalExchangeOptions { MaxMessageLength = 1000 });
        client.Request("", new ArrayBufferWriter<byte>());
        Feed(client, "/HDRAMeter\r\n"u8.ToArray());
        Assert.Throws<ProtocolException>(() => Feed(client, [0x02, .. new byte[2000]]));
    }

    [Theory]
    [InlineData("1.8.0")]
    [InlineData("1.8.0(12")]
    [InlineData("1.8.0((12))")]
    [InlineData("1.8.0)12(")]
    [InlineData("1.8.0(1\u00012)")]
    public void Broken_data_sets_are_protocol_errors(string text) =>
        Assert.Throws<ProtocolException>(() => LocalDataSet.Parse(Encoding.ASCII.GetBytes(text)));

    private static LocalExchangeDevice Device(char baud, bool hdlc) => new()
    {
        Identification = new MeterIdentification("HDR", baud, "Meter 1", hdlc),
        Address = "12",
        ReadOut = () => Block,
    };

    private static MeterLine Serve(LocalExchangeServer server, int pieces = int.MaxValue) => new(
        (ref ReadOnlySequence<byte> input, IBufferWriter<byte> output) =>
        {
            while (server.TryServe(ref input, output))
            {
            }
        }, pieces);

    private LocalExchangeChannel Channel(MeterLine line, LocalExchangeOptions? options = null) => new(
        line, new LocalExchangeClient(options ?? new LocalExchangeOptions()), (speed, sevenEven, _) =>
        {
            _speeds.Add(sevenEven ? speed : -speed);
            return default;
        }, Quick, TimeProvider.System);

    private static byte[] Encode(LocalMessage message)
    {
        var output = new ArrayBufferWriter<byte>();
        message.Write(output, softwareParity: false);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Feed(LocalExchangeClient client, byte[] bytes)
    {
        var (input, output) = (new ReadOnlySequence<byte>(bytes), new ArrayBufferWriter<byte>());
        while (client.TryReceive(ref input, output, out _))
        {
        }
        return output.WrittenSpan.ToArray();
    }
}
