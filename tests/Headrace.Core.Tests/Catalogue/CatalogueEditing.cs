using System.Text;
using System.Text.Json.Nodes;
using Headrace.Core.Catalogue;

namespace Headrace.Core.Tests.Catalogue;

/// <summary>The built-in files with one of them changed.</summary>
internal static class CatalogueEditing
{
    /// <summary>Loads the built-in files after an edit of one.</summary>
    public static CatalogueLoad LoadAfter(string file, Action<JsonNode> edit)
    {
        var root = JsonNode.Parse(CatalogueFiles.BuiltIn().Single(one => one.Name == file).Content.Span)!;
        edit(root);
        return LoadWith(file, Encoding.UTF8.GetBytes(root.ToJsonString()));
    }

    /// <summary>Loads the built-in files with other bytes for one.</summary>
    public static CatalogueLoad LoadWith(string file, byte[] content) => CatalogueLoader.Load(
        [.. CatalogueFiles.BuiltIn().Select(one => one.Name == file ? new CatalogueFile(file, content) : one)]);
}
