namespace Headrace.Dlms.LocalExchange;

/// <summary>Where an exchange of IEC 62056-21 stands. Both sides go through the same states, as every message moves both.</summary>
public enum LocalExchangeState
{
    /// <summary>Nothing yet, or all is over.</summary>
    SignedOff,

    /// <summary>The request is out; the identification is awaited.</summary>
    Requested,

    /// <summary>Modes C and E: the meter has said who it is, and waits for the choice of the client.</summary>
    Identified,

    /// <summary>The data read-out is awaited.</summary>
    ReadOut,

    /// <summary>The data read-out has come; it may be asked for again.</summary>
    Delivered,

    /// <summary>Programming was chosen: the meter's operand (P0) is awaited.</summary>
    Operand,

    /// <summary>Programming mode: the client may send a command.</summary>
    Programming,

    /// <summary>A command is out; its answer is awaited.</summary>
    Commanded,

    /// <summary>A block of a longer answer has come; the client acknowledges it to get the next.</summary>
    Partial,

    /// <summary>Mode E was chosen; the meter's confirmation is awaited.</summary>
    Confirming,

    /// <summary>The line is HDLC's from here.</summary>
    Hdlc,
}

/// <summary>A message of IEC 62056-21, sent or received, as far as it moves the exchange.</summary>
public enum LocalExchangeInput
{
    /// <summary><c>/?address!</c></summary>
    Request,

    /// <summary>Identification of a meter of mode A or B, which sends its data at once.</summary>
    Identification,

    /// <summary>Identification of a meter of mode C or E, which waits for a choice.</summary>
    IdentificationWithChoice,

    /// <summary>ACK 0 Z 0: data read-out.</summary>
    ChooseReadOut,

    /// <summary>ACK 0 Z 1: programming.</summary>
    ChooseProgramming,

    /// <summary>ACK 2 Z 2: HDLC; from the meter the confirmation.</summary>
    ChooseHdlc,

    /// <summary>STX ... ETX: a data read-out, or the answer to a command.</summary>
    Data,

    /// <summary>STX ... EOT: a block of an answer, with more to come.</summary>
    PartialData,

    /// <summary>SOH P0: the meter's operand.</summary>
    Operand,

    /// <summary>SOH P1, P2, R, W, E: a command.</summary>
    Command,

    /// <summary>SOH B: break.</summary>
    Break,

    /// <summary>ACK alone.</summary>
    Acknowledge,

    /// <summary>NAK: again, please.</summary>
    Repeat,
}

/// <summary>The transitions of IEC 62056-21, modes A, B, C and E, for both sides.</summary>
public static class LocalExchangeTable
{
    /// <summary>Where a message leads; null where it does not fit the state.</summary>
    public static LocalExchangeState? Next(LocalExchangeState state, LocalExchangeInput input) => (state, input) switch
    {
        (LocalExchangeState.Hdlc, _) => null,
        (_, LocalExchangeInput.Request) => LocalExchangeState.Requested,
        (not LocalExchangeState.SignedOff, LocalExchangeInput.Break) => LocalExchangeState.SignedOff,
        (LocalExchangeState.Requested, LocalExchangeInput.Identification) => LocalExchangeState.ReadOut,
        (LocalExchangeState.Requested, LocalExchangeInput.IdentificationWithChoice) => LocalExchangeState.Identified,
        (LocalExchangeState.Identified, LocalExchangeInput.ChooseReadOut) => LocalExchangeState.ReadOut,
        (LocalExchangeState.Identified, LocalExchangeInput.ChooseProgramming) => LocalExchangeState.Operand,
        (LocalExchangeState.Identified, LocalExchangeInput.ChooseHdlc) => LocalExchangeState.Confirming,
        // A meter that hears no choice it understands sends its data unasked, at the first speed.
        (LocalExchangeState.Identified, LocalExchangeInput.Data) => LocalExchangeState.Delivered,
        (LocalExchangeState.Confirming, LocalExchangeInput.ChooseHdlc) => LocalExchangeState.Hdlc,
        (LocalExchangeState.ReadOut, LocalExchangeInput.Data) => LocalExchangeState.Delivered,
        (LocalExchangeState.ReadOut, LocalExchangeInput.Repeat) => LocalExchangeState.ReadOut,
        (LocalExchangeState.Delivered, LocalExchangeInput.Repeat) => LocalExchangeState.ReadOut,
        (LocalExchangeState.Delivered, LocalExchangeInput.Acknowledge) => LocalExchangeState.SignedOff,
        (LocalExchangeState.Operand, LocalExchangeInput.Operand) => LocalExchangeState.Programming,
        (LocalExchangeState.Operand, LocalExchangeInput.Repeat) => LocalExchangeState.Operand,
        (LocalExchangeState.Programming, LocalExchangeInput.Command) => LocalExchangeState.Commanded,
        (LocalExchangeState.Programming, LocalExchangeInput.Repeat) => LocalExchangeState.Commanded,
        (LocalExchangeState.Commanded, LocalExchangeInput.Data or LocalExchangeInput.Acknowledge or LocalExchangeInput.Operand) =>
            LocalExchangeState.Programming,
        (LocalExchangeState.Commanded, LocalExchangeInput.PartialData) => LocalExchangeState.Partial,
        (LocalExchangeState.Commanded, LocalExchangeInput.Repeat) => LocalExchangeState.Programming,
        (LocalExchangeState.Partial, LocalExchangeInput.Acknowledge or LocalExchangeInput.Repeat) => LocalExchangeState.Commanded,
        _ => null,
    };
}
