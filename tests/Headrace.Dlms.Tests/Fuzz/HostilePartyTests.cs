using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Session;
using Headrace.Dlms.Tests.Apdu;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Fuzz;

/// <summary>
/// A server under a hostile client and a client under a hostile server, in every way there is, also where the hostile party has the keys:
/// nothing but typed errors, bounded memory, well-formed answers, no turn without end.
/// </summary>
[Collection(WholeProcess.Name)]
public sealed class HostilePartyTests
{
    private const int StepsPerSession = 25;
    private const int MaxTurns = 200;
    private const long MostAllocated = 8 << 20;
    private const long MostKept = 8 << 20;

    public static TheoryData<string> Scenes() => new(Scene.Names);

    [Theory]
    [MemberData(nameof(Scenes))]
    public void A_server_under_a_hostile_client_answers_well_formed_and_within_bounds(string name)
    {
        var (scene, random, mutator) = (Scene.Of(name), new Random(20261120), Mutations(20261121));
        var before = GC.GetTotalMemory(true);
        for (var session = 0; session < scene.Sessions; session++)
        {
            using var client = scene.NewClient();
            var said = new List<byte[]>();
            var request = client.Open();
            for (var step = 0; step < StepsPerSession; step++)
            {
                if (request.IsEmpty && client.State == AssociationState.Associated) request = Scene.Ask(client, random.Next(100));
                if (random.Next(3) == 0) Serve(scene, Hostile(scene, random, mutator, request, said, asClient: true));
                if (request.IsEmpty) continue;
                request = Exchange(scene, client, request, said);
            }
        }
        Assert.InRange(GC.GetTotalMemory(true) - before, long.MinValue, MostKept);
        using var last = scene.NewClient();
        Assert.True(Serve(scene, last.Open()).Span[0] is AssociationResponse.Tag or (byte)ApduTag.ExceptionResponse);
    }

    [Theory]
    [MemberData(nameof(Scenes))]
    public void A_client_under_a_hostile_server_ends_in_events_or_typed_errors(string name)
    {
        var (scene, random, mutator) = (Scene.Of(name), new Random(20261122), Mutations(20261123));
        var before = GC.GetTotalMemory(true);
        for (var session = 0; session < scene.Sessions; session++)
        {
            using var client = scene.NewClient();
            var said = new List<byte[]>();
            var request = client.Open();
            var alive = true;
            for (var step = 0; step < StepsPerSession && alive; step++)
            {
                if (request.IsEmpty && client.State == AssociationState.Associated) request = Scene.Ask(client, random.Next(100));
                var answer = request.IsEmpty ? default : scene.Serve(request);
                if (random.Next(4) == 0) answer = Hostile(scene, random, mutator, answer, said, asClient: false);
                if (!answer.IsEmpty) said.Add(answer.ToArray());
                alive = Receive(client, answer, out request);
                if (request.IsEmpty && client.State == AssociationState.Asking && random.Next(3) == 0) client.GiveUp();
            }
            Assert.True(alive || client.State == AssociationState.Idle, $"{client.State} after an error");
        }
        Assert.InRange(GC.GetTotalMemory(true) - before, long.MinValue, MostKept);
    }

    [Theory]
    [MemberData(nameof(Scenes))]
    public void Neither_side_keeps_anything_of_the_memory_a_message_came_in(string name)
    {
        var scene = Scene.Of(name);
        using var client = scene.NewClient();
        var (to, from) = (new byte[1 << 16], new byte[1 << 16]);
        var told = new List<SessionEvent>();
        byte[] Hear(ReadOnlyMemory<byte> request)
        {
            request.CopyTo(to);
            var answer = scene.Serve(to.AsMemory(0, request.Length)).ToArray();
            Array.Fill(to, (byte)0xEE);
            return answer;
        }
        ReadOnlyMemory<byte> Tell(byte[] answer)
        {
            answer.CopyTo(from, 0);
            var step = client.Receive(from.AsMemory(0, answer.Length));
            var request = step.Send.ToArray();
            Array.Fill(from, (byte)0xEE);
            if (step.Event is { } happened) told.Add(happened);
            return request;
        }
        void Exchange(ReadOnlyMemory<byte> request)
        {
            for (var turn = 0; !request.IsEmpty && turn < MaxTurns; turn++)
            {
                byte[] answer;
                for (answer = Hear(request); client.TrySendNext(out var more); answer = Hear(more))
                    Assert.Empty(answer);
                request = default;
                for (; answer.Length > 0; answer = scene.Next().ToArray()) request = Tell(answer);
                if (request.IsEmpty && client.TrySendNext(out var next)) request = next;
            }
        }
        Exchange(client.Open());
        Assert.IsType<Associated>(Assert.Single(told));
        for (var what = 0; what < 10; what++)
        {
            Exchange(Scene.Ask(client, what));
            Assert.Equal(AssociationState.Associated, client.State);
        }
        Assert.DoesNotContain(told, t => t is AssociationRejected or TransferAborted);
    }

    private static Mutator Mutations(int seed)
    {
        var random = new RandomApdu(seed);
        List<byte[]> seeds = [.. Enumerable.Range(0, 6 * random.Kinds).Select(i => random.Make(i).Encode()).Where(a => a.Length < 2000)];
        foreach (var hex in new[]
        {
            "C001C1000701006301" + "00FF0200", "C001C100080000010000FF0200", "C301C10046000060030AFF010112000F",
            "C002C100000001", "C10341" + "00000000010109", "0502020000020008", "0601020008010900", "6200", "6300",
            "601DA109060760857405080101BE10040E01000000065F1F0400FFFFFFFFFF", "E0800001000000", "E040000100010AC001C100080000010000FF0200",
        }) seeds.Add(Convert.FromHexString(hex.Length % 2 == 0 ? hex : hex + "0"));
        return new Mutator(seed, seeds);
    }

    /// <summary>An altered message, an old one again, one of nothing, or one that was made up and is protected as it should be.</summary>
    private static byte[] Hostile(
        Scene scene, Random random, Mutator mutator, ReadOnlyMemory<byte> good, List<byte[]> said, bool asClient)
    {
        switch (random.Next(8))
        {
            case 0 when said.Count > 0:
                return said[random.Next(said.Count)];
            case 1:
                return mutator.Next();
            case 2 or 3 or 4 when scene.Seal is { } seal:
                return seal(mutator.Next(), asClient);
            case 5 when !good.IsEmpty:
                return good[..random.Next(good.Length)].ToArray();
            default:
                var altered = good.IsEmpty ? mutator.Next() : good.ToArray();
                for (var n = random.Next(1, 4); n > 0 && altered.Length > 0; n--)
                    altered[random.Next(altered.Length)] = (byte)random.Next(256);
                return altered;
        }
    }

    private static ReadOnlyMemory<byte> Serve(Scene scene, ReadOnlyMemory<byte> request)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        ReadOnlyMemory<byte> answer = default;
        var thrown = Record.Exception(() => answer = scene.Serve(request));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(thrown is null, $"{Convert.ToHexString(request.Span)}: {thrown}");
        Assert.True(allocated <= MostAllocated, $"{allocated} bytes for {Convert.ToHexString(request.Span)}");
        if (!answer.IsEmpty) WellFormed(answer);
        return answer;
    }

    private static void WellFormed(ReadOnlyMemory<byte> answer)
    {
        switch (answer.Span[0])
        {
            case AssociationResponse.Tag:
                AssociationResponse.Parse(answer);
                break;
            case ReleaseResponse.Tag:
                ReleaseResponse.Parse(answer);
                break;
            default:
                XdlmsApdu.Decode(answer);
                break;
        }
    }

    /// <summary>What the honest client makes of the answers, whose server may have been misled: it goes on or ends.</summary>
    private static ReadOnlyMemory<byte> Exchange(Scene scene, ClientAssociation client, ReadOnlyMemory<byte> request, List<byte[]> said)
    {
        said.Add(request.ToArray());
        while (client.TrySendNext(out var more))
        {
            Serve(scene, request);
            said.Add((request = more).ToArray());
            Assert.InRange(said.Count, 0, 100 * MaxTurns);
        }
        ReadOnlyMemory<byte> next = default;
        var turn = 0;
        for (var answer = Serve(scene, request); !answer.IsEmpty; answer = scene.Next())
        {
            if (!Receive(client, answer, out next)) return default;
            Assert.InRange(++turn, 0, MaxTurns);
        }
        return next;
    }

    private static bool Receive(ClientAssociation client, ReadOnlyMemory<byte> answer, out ReadOnlyMemory<byte> request)
    {
        request = default;
        if (answer.IsEmpty) return true;
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            request = client.Receive(answer).Send;
            if (request.IsEmpty && client.TrySendNext(out var more)) request = more;
            return true;
        }
        catch (ProtocolException)
        {
            return false;
        }
        catch (Exception wrong) when (wrong is not Xunit.Sdk.IAssertionException)
        {
            throw new InvalidOperationException(Convert.ToHexString(answer.Span), wrong);
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated);
        }
    }
}
