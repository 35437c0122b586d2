namespace Headrace.Core.Catalogue.Approvals;

/// <summary>A device as it is or shall be installed, to be held against its approval. What is null is not described.</summary>
public sealed record DeviceDescription
{
    /// <summary>Entry, model, other name, family or platform, such as <c>FOCUS ALF</c>.</summary>
    public required string Model { get; init; }

    /// <summary>ANSI form, such as <c>2S</c>.</summary>
    public string? Form { get; init; }

    /// <summary>Service configuration: a code such as <c>4</c>, or its wording such as <c>2 element, 3 wire, network</c>.</summary>
    public string? Service { get; init; }

    /// <summary>Rated voltage in volts.</summary>
    public decimal? Volts { get; init; }

    /// <summary>Rated (largest) current in amperes.</summary>
    public decimal? Amperes { get; init; }

    /// <summary>Frequency in hertz.</summary>
    public decimal? Hertz { get; init; }

    /// <summary>Ambient temperatures in degrees Celsius at the place of use.</summary>
    public NumberRange? AmbientCelsius { get; init; }

    /// <summary>Version of the legally relevant firmware.</summary>
    public string? Firmware { get; init; }

    /// <summary>Modules that are fitted.</summary>
    public IReadOnlyList<FittedModule> Modules { get; init; } = [];

    /// <summary>Quantities used for billing, such as <c>kWh</c> or <c>kW</c>.</summary>
    public IReadOnlyList<string> Quantities { get; init; } = [];

    /// <summary>Scroll time of the display in seconds.</summary>
    public decimal? DisplayScrollSeconds { get; init; }

    /// <summary>True where it is sealed.</summary>
    public bool? Sealed { get; init; }

    /// <summary>True where it has been verified as well as approved.</summary>
    public bool? Verified { get; init; }

    /// <summary>Day of the question; null for the newest revision known.</summary>
    public DateOnly? On { get; init; }
}

/// <summary>A module fitted in a meter.</summary>
/// <param name="Name">Entry, name, other name or part number.</param>
/// <param name="Firmware">Its legally relevant firmware; null where not described.</param>
public sealed record FittedModule(string Name, string? Firmware = null);

/// <summary>What a rule says.</summary>
public enum RuleVerdict
{
    /// <summary>The device keeps the rule.</summary>
    Allowed,

    /// <summary>The device breaks the rule.</summary>
    Refused,

    /// <summary>The description, or what is held of the approval, does not say enough.</summary>
    Open,

    /// <summary>The device may be used as long as this is kept.</summary>
    Condition,
}

/// <summary>What an answer rests on.</summary>
/// <param name="Document">Number of the approval, or <c>catalogue</c> where it rests on product facts only.</param>
/// <param name="Revision">Revision in force; null where there is none.</param>
/// <param name="Section">Section of the notice; null where none.</param>
/// <param name="Source">File it is printed in; null where several.</param>
/// <param name="Lines">Lines of that file; null where several.</param>
public sealed record RuleBasis(string Document, int? Revision, string? Section, string? Source, string? Lines);

/// <summary>The answer of one rule.</summary>
/// <param name="Rule">Name of the rule, such as <c>module.display-scroll</c>.</param>
/// <param name="Verdict">What it says.</param>
/// <param name="Subject">The value it is about, such as the module.</param>
/// <param name="Text">The reason.</param>
/// <param name="Basis">What it rests on.</param>
public sealed record RuleAnswer(string Rule, RuleVerdict Verdict, string Subject, BilingualText Text, RuleBasis Basis);

/// <summary>All answers to a description.</summary>
/// <param name="Device">What was asked.</param>
/// <param name="Models">Names of the meters of the catalogue that the description may be.</param>
/// <param name="Approval">Number of the approval, also a claimed one; null where there is none.</param>
/// <param name="Revision">Revision in force; null where none is.</param>
/// <param name="Answers">Answers of all rules that apply, in the order of the rules.</param>
public sealed record ApprovalAnswer(
    DeviceDescription Device, IReadOnlyList<string> Models, string? Approval, int? Revision, IReadOnlyList<RuleAnswer> Answers)
{
    /// <summary>True where no rule refuses. Rules may still be open or conditions apply.</summary>
    public bool Allowed => Answers.All(answer => answer.Verdict != RuleVerdict.Refused);
}
