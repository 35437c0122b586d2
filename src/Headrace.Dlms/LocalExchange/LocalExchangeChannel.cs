using System.IO.Pipelines;
using Headrace.Wire;

namespace Headrace.Dlms.LocalExchange;

/// <summary>Sets the line: all that was written is sent first. With <paramref name="sevenEven"/> false the line is HDLC's, 8N1; a line that
/// carries eight bits all the time looks at the speed only.</summary>
public delegate ValueTask ChangeLine(int baudRate, bool sevenEven, CancellationToken cancellationToken);

/// <summary>How long a channel waits.</summary>
/// <param name="Response">For the next message to be whole, from the last byte received on.</param>
/// <param name="Retries">How often a request or command is sent again.</param>
public sealed record LocalExchangeTimings(TimeSpan Response, int Retries = 2)
{
    /// <summary>The pause between identification and choice; 200 ms at least, and many meters want more.</summary>
    public TimeSpan Reaction { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>The pause between confirmation and the first HDLC frame.</summary>
    public TimeSpan BeforeHdlc { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A quirk: the meter changes to HDLC without confirming, so silence is taken for it.</summary>
    public bool AcceptMissingConfirmation { get; init; }

    /// <summary>Two seconds: the standard's 1.5 and some.</summary>
    public static LocalExchangeTimings Usual => new(TimeSpan.FromSeconds(2));
}

/// <summary>A client of IEC 62056-21 over a pipe: read-out, programming, and the way to HDLC. One task owns it.</summary>
/// <param name="pipe">The line; stays the caller's.</param>
/// <param name="client">The exchange.</param>
/// <param name="change">Changes speed and format of the line; null where it does that by itself, or has none.</param>
/// <param name="timings">How long to wait.</param>
/// <param name="time">Whose time.</param>
/// <remarks><see cref="TimeoutException"/> for a silent meter, <see cref="IOException"/> for a lost line, <see cref="ProtocolException"/>
/// for one that cannot be understood.</remarks>
public sealed class LocalExchangeChannel(
    IDuplexPipe pipe, LocalExchangeClient client, ChangeLine? change, LocalExchangeTimings timings, TimeProvider time)
{
    private int _baudRate = LocalBaudRate.SignOn;

    /// <summary>Signs on.</summary>
    /// <returns>Who the meter is.</returns>
    public async ValueTask<MeterIdentification> SignOnAsync(string address, CancellationToken cancellationToken)
    {
        await ChangeAsync(LocalBaudRate.SignOn, true, cancellationToken);
        client.Request(address, pipe.Output);
        await ExpectAsync(cancellationToken, LocalExchangeInput.Identification, LocalExchangeInput.IdentificationWithChoice);
        await FollowAsync(cancellationToken);
        return client.Meter!;
    }

    /// <summary>The data read-out, after <see cref="SignOnAsync"/>, in modes A, B, C and E.</summary>
    public async ValueTask<IReadOnlyList<LocalDataSet>> ReadOutAsync(CancellationToken cancellationToken)
    {
        await ChooseAsync(LocalExchangeInput.ChooseReadOut, cancellationToken);
        var data = await ExpectAsync(cancellationToken, LocalExchangeInput.Data);
        client.Acknowledge(pipe.Output);
        await pipe.Output.FlushAsync(cancellationToken);
        return LocalDataSet.Parse(data.Content.Span);
    }

    /// <summary>Enters programming mode, after <see cref="SignOnAsync"/>.</summary>
    /// <returns>The operand of the meter, which some passwords are made of.</returns>
    public async ValueTask<string> ProgramAsync(CancellationToken cancellationToken)
    {
        await ChooseAsync(LocalExchangeInput.ChooseProgramming, cancellationToken);
        return (await ExpectAsync(cancellationToken, LocalExchangeInput.Operand)).Text;
    }

    /// <summary>Sends a command of programming mode and waits for its whole answer.</summary>
    /// <param name="command">P, R, W or E.</param>
    /// <param name="type">The digit behind it.</param>
    /// <param name="dataSet">The data set, such as <c>1.8.0()</c> or <c>(00000000)</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What the meter sent, all blocks joined; empty for ACK, null for NAK or break.</returns>
    /// <exception cref="ProtocolException">Its blocks join to more than <see cref="LocalExchangeOptions.MaxMessageLength"/>.</exception>
    public async ValueTask<string?> CommandAsync(char command, char type, string dataSet, CancellationToken cancellationToken)
    {
        client.Send(command, type, dataSet, pipe.Output);
        var answer = "";
        while (true)
        {
            var message = await ExpectAsync(cancellationToken, LocalExchangeInput.Data, LocalExchangeInput.PartialData,
                LocalExchangeInput.Acknowledge, LocalExchangeInput.Repeat, LocalExchangeInput.Break);
            if (message.Input is LocalExchangeInput.Repeat or LocalExchangeInput.Break) return null;
            answer += message.Text;
            if (answer.Length > client.MaxMessageLength)
                throw new ProtocolException($"an answer of more than {client.MaxMessageLength} characters in all its blocks");
            if (message.Input != LocalExchangeInput.PartialData) return answer;
            client.Acknowledge(pipe.Output);
        }
    }

    /// <summary>Signs off.</summary>
    public async ValueTask SignOffAsync(CancellationToken cancellationToken)
    {
        if (client.State != LocalExchangeState.SignedOff) client.Break(pipe.Output);
        await pipe.Output.FlushAsync(cancellationToken);
    }

    /// <summary>Changes to HDLC, after <see cref="SignOnAsync"/>; the pipe then carries it at the speed agreed.</summary>
    /// <exception cref="IOException">The meter does not offer HDLC.</exception>
    public async ValueTask SwitchToHdlcAsync(CancellationToken cancellationToken)
    {
        if (client.Meter is not { OffersHdlc: true } meter) throw new IOException("The meter does not offer HDLC.");
        await Task.Delay(timings.Reaction, time, cancellationToken);
        client.Choose(LocalExchangeInput.ChooseHdlc, pipe.Output);
        try
        {
            await ExpectAsync(cancellationToken, LocalExchangeInput.ChooseHdlc);
        }
        catch (TimeoutException) when (timings.AcceptMissingConfirmation)
        {
            // It has changed without a word.
        }
        await ChangeAsync(meter.BaudRate, false, cancellationToken);
        await Task.Delay(timings.BeforeHdlc, time, cancellationToken);
    }

    private async ValueTask ChooseAsync(LocalExchangeInput choice, CancellationToken cancellationToken)
    {
        if (client.State != LocalExchangeState.Identified) return; // modes A and B go on by themselves
        await Task.Delay(timings.Reaction, time, cancellationToken);
        client.Choose(choice, pipe.Output);
        await FollowAsync(cancellationToken);
    }

    private ValueTask FollowAsync(CancellationToken cancellationToken) => ChangeAsync(client.BaudRate, true, cancellationToken);

    private async ValueTask ChangeAsync(int baudRate, bool sevenEven, CancellationToken cancellationToken)
    {
        await pipe.Output.FlushAsync(cancellationToken);
        if (baudRate == _baudRate && sevenEven) return;
        _baudRate = baudRate;
        if (change is not null) await change(baudRate, sevenEven, cancellationToken);
    }

    private async ValueTask<LocalMessage> ExpectAsync(CancellationToken cancellationToken, params LocalExchangeInput[] expected)
    {
        var message = await NextAsync(cancellationToken);
        return expected.Contains(message.Input)
            ? message
            : throw new ProtocolException($"{message.Input} where {expected[0]} was expected");
    }

    private async ValueTask<LocalMessage> NextAsync(CancellationToken cancellationToken)
    {
        await pipe.Output.FlushAsync(cancellationToken);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await ReadAsync(cancellationToken);
            }
            catch (TimeoutException) when (attempt < timings.Retries && client.State is LocalExchangeState.Requested
                or LocalExchangeState.Commanded)
            {
                client.OnTimeout(pipe.Output);
                await pipe.Output.FlushAsync(cancellationToken);
            }
        }
    }

    private async ValueTask<LocalMessage> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            using var silence = new CancellationTokenSource(timings.Response, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
            ReadResult read;
            try
            {
                read = await pipe.Input.ReadAsync(either.Token);
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException("The meter is silent.", e);
            }
            var buffer = read.Buffer;
            var found = false;
            var message = default(LocalMessage);
            try
            {
                found = client.TryReceive(ref buffer, pipe.Output, out message);
            }
            finally
            {
                pipe.Input.AdvanceTo(buffer.Start, found ? buffer.Start : buffer.End);
            }
            await pipe.Output.FlushAsync(cancellationToken);
            if (found) return message;
            if (read.IsCompleted) throw new IOException("The line is closed.");
        }
    }
}
