using System.Globalization;
using System.Xml.Linq;
using Headrace.Wire;

namespace Headrace.Dlms.Translation.Xml;

/// <summary>Goes over the elements inside one, in order. Comments and text between them do not count.</summary>
internal sealed class XmlCursor
{
    private readonly XElement _parent;
    private readonly XElement[] _elements;
    private int _next;

    public XmlCursor(XElement parent) => (_parent, _elements) = (parent, parent.Elements().ToArray());

    private XmlCursor(XElement parent, XElement[] elements) => (_parent, _elements) = (parent, elements);

    /// <summary>A cursor over one element alone.</summary>
    public static XmlCursor Over(XElement element) => new(element, [element]);

    /// <summary>How many elements there are.</summary>
    public int Count => _elements.Length;

    /// <summary>True where all are taken.</summary>
    public bool AtEnd => _next == _elements.Length;

    /// <summary>True where the next element has the name.</summary>
    public bool IsNext(string name) => !AtEnd && _elements[_next].Name.LocalName == name;

    /// <summary>The next element, whatever it is.</summary>
    public XElement TakeAny() => AtEnd ? throw Unexpected("an element") : _elements[_next++];

    /// <summary>The next element, which has to have the name.</summary>
    public XElement Take(string name) => IsNext(name) ? _elements[_next++] : throw Unexpected(name);

    /// <summary>Nothing must be left.</summary>
    public void ExpectEnd()
    {
        if (!AtEnd) throw XmlText.Wrong(_elements[_next], $"is not expected in {_parent.Name.LocalName}");
    }

    /// <summary>Qty, where it is given, must be the number of elements.</summary>
    public void CheckQuantity()
    {
        if (_parent.Attribute("Qty")?.Value is not { } text) return;
        if (!int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var count) || count != Count)
            throw XmlText.Wrong(_parent, $"has Qty {text} and {Count:X2} elements");
    }

    /// <summary>What to say where another element was wanted.</summary>
    public ProtocolException Unexpected(string wanted) => AtEnd
        ? XmlText.Wrong(_parent, $"ends where {wanted} was expected")
        : XmlText.Wrong(_elements[_next], $"stands where {wanted} was expected");
}
