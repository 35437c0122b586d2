namespace Headrace.Web.Layout;

/// <summary>Which part of the site a page belongs to.</summary>
public enum Section
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>The start page.</summary>
    Today = 1,

    /// <summary>The list of meters.</summary>
    Meters = 2,

    /// <summary>One meter.</summary>
    Meter = 3,
}
