using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.Tests.Session;

public sealed class ServerAssociationTableTests
{
    // Rows are events, columns are the states NotAssociated, Pending, Associated, PreEstablished: reaction>next; - cannot be.
    private static readonly string[] Expected =
    [
        "AssociationRequest Open>NotAssociated   Open>NotAssociated   Open>NotAssociated   Refuse>PreEstablished",
        "Accepted           Move>Associated      -                    -                    -",
        "Challenged         Move>Pending         -                    -                    -",
        "Rejected           Move>NotAssociated   -                    -                    -",
        "PlainService       Refuse>NotAssociated Authenticate>Pending Serve>Associated     Serve>PreEstablished",
        "ProtectedService   Refuse>NotAssociated Authenticate>Pending Serve>Associated     Serve>PreEstablished",
        "ProofRight         -                    Move>Associated      -                    -",
        "ProofWrong         -                    Move>NotAssociated   -                    -",
        "ReleaseRequest     Refuse>NotAssociated Release>Pending      Release>Associated   Refuse>PreEstablished",
        "Released           -                    Move>NotAssociated   Move>NotAssociated   -",
        "ServerMessage      Ignore>NotAssociated Ignore>Pending       Ignore>Associated    Ignore>PreEstablished",
        "LinkLost           Move>NotAssociated   Move>NotAssociated   Move>NotAssociated   Move>PreEstablished",
    ];

    // What really comes, in the same states: first bytes of the answer>state after it.
    private static readonly string[] Behaviour =
    [
        "aarq          61>Associated        61>Pending       61>Pending       D80101>PreEstablished",
        "wrong-aarq    61>NotAssociated     61>NotAssociated 61>NotAssociated D80101>PreEstablished",
        "garbled-aarq  D80103>NotAssociated D80103>NotAssociated D80103>NotAssociated D80101>PreEstablished",
        "get           D80101>NotAssociated D80101>Pending   C401>Associated  C401>PreEstablished",
        "glo-get       D80101>NotAssociated D80105>Pending   D80105>Associated D80105>PreEstablished",
        "general-glo   D80101>NotAssociated D80105>Pending   D80105>Associated D80105>PreEstablished",
        "signed        D80101>NotAssociated D80105>Pending   D80105>Associated D80105>PreEstablished",
        "block         D80101>NotAssociated D80101>Pending   E0>Associated    E0>PreEstablished",
        "read          D80101>NotAssociated D80101>Pending   D80202>Associated D80202>PreEstablished",
        "wrong-proof   D80101>NotAssociated C701C1FA>NotAssociated C701C103>Associated C701C104>PreEstablished",
        "rlrq          D80101>NotAssociated 63>NotAssociated 63>NotAssociated D80101>PreEstablished",
        "garbled-rlrq  D80101>NotAssociated D80103>Pending   D80103>Associated D80101>PreEstablished",
        "aare          >NotAssociated       >Pending         >Associated      >PreEstablished",
        "rlre          >NotAssociated       >Pending         >Associated      >PreEstablished",
        "garbage       D80101>NotAssociated D80103>Pending   D80103>Associated D80103>PreEstablished",
        "link-lost     >NotAssociated       >NotAssociated   >NotAssociated   >PreEstablished",
    ];

    [Fact]
    public void Every_event_in_every_state_is_as_the_table_says()
    {
        var states = Enum.GetValues<ServerAssociationState>();
        Assert.Equal(Enum.GetValues<ServerAssociationEvent>().Length, Expected.Length);
        foreach (var row in Expected)
        {
            var cells = row.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(states.Length + 1, cells.Length);
            for (var i = 0; i < states.Length; i++)
            {
                var found = ServerAssociationTable.Find(states[i], Enum.Parse<ServerAssociationEvent>(cells[0]));
                Assert.Equal(cells[i + 1], found is { } cell ? $"{cell.Reaction}>{cell.Next}" : "-");
            }
        }
    }

    [Fact]
    public void Every_message_in_every_state_is_answered_as_the_table_says()
    {
        foreach (var row in Behaviour)
        {
            var cells = row.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            for (var i = 0; i < 4; i++)
            {
                var association = In((ServerAssociationState)i);
                Assert.Equal((ServerAssociationState)i, association.State);
                var answer = cells[0] == "link-lost" ? LinkLost(association)
                    : Convert.ToHexString(association.Handle(Message(cells[0], i)).Span);
                var (bytes, state) = (cells[i + 1].Split('>')[0], cells[i + 1].Split('>')[1]);
                Assert.True(bytes.Length == 0 ? answer.Length == 0 : answer.StartsWith(bytes, StringComparison.Ordinal),
                    $"{row} column {i}: {answer}");
                Assert.Equal(state, association.State.ToString());
            }
        }
    }

    private static string LinkLost(ServerAssociation association)
    {
        association.Reset();
        return "";
    }

    // The first column is of a client without authentication, so that its AARQ opens at once; the others prove themselves by MD5.
    private static ServerAssociation In(ServerAssociationState state)
    {
        var conformance = AssociationSettings.FullConformance;
        if (state == ServerAssociationState.NotAssociated) return new ServedDevice().Association;
        if (state == ServerAssociationState.PreEstablished)
        {
            return new ServedDevice(new AssociationSettings
            {
                ClientSap = ServedDevice.Sap,
                IsPreEstablished = true,
                Conformance = conformance,
            }).Association;
        }
        var association = new ServedDevice(new AssociationSettings
        {
            ClientSap = ServedDevice.Sap,
            Mechanism = AuthenticationMechanism.HighLevelMd5,
            Secrets = SecurityKeys.OfSecret("12345678"u8),
            Conformance = conformance,
        }).Association;
        var client = new ClientAssociation(new ClientOptions
        {
            Authentication = AuthenticationMechanism.HighLevelMd5,
            Conformance = conformance,
        }, SecurityKeys.OfSecret("12345678"u8));
        var pass3 = client.Receive(association.Handle(client.Open())).Send;
        if (state == ServerAssociationState.Associated) association.Handle(pass3);
        return association;
    }

    private static byte[] Message(string kind, int column)
    {
        var get = "C001C1" + "0001" + "0000600101FF" + "0200";
        return kind switch
        {
            "aarq" => column is 0 or 3 ? ServedDevice.OpenRequest() : HighOpen(),
            "wrong-aarq" => Convert.FromHexString("601DA109060760857405080102BE10040E01000000065F1F0400FFFFFF0000"),
            "garbled-aarq" => [0x60, 0x05, 0xA1],
            "get" => Convert.FromHexString(get),
            "glo-get" => Convert.FromHexString("C812" + "3000000001" + "0102030405060708090A0B0C0D"),
            "general-glo" => Convert.FromHexString("DB00" + "12" + "3000000001" + "0102030405060708090A0B0C0D"),
            "signed" => Convert.FromHexString("DF0000000000" + "0100" + "0100"),
            "block" => new GeneralBlockTransfer(true, false, 1, 1, 0, Convert.FromHexString(get)).Encode(),
            "read" => Convert.FromHexString("050102FA00"),
            "wrong-proof" => new ActionRequestNormal(new InvokeIdAndPriority(0xC1),
                new CosemMethodDescriptor(15, LogicalName.Parse("0-0:40.0.0.255"), 1), CosemData.OctetString(new byte[16])).Encode(),
            "rlrq" => [0x62, 0],
            "garbled-rlrq" => [0x62, 5, 1],
            "aare" => [0x61, 0],
            "rlre" => [0x63, 0],
            _ => [0xFF, 0xFF],
        };
    }

    private static byte[] HighOpen() => new ClientAssociation(
        new ClientOptions { Authentication = AuthenticationMechanism.HighLevelMd5 }, SecurityKeys.OfSecret("12345678"u8)).Open().ToArray();
}
