using System.Buffers;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Headrace.Dlms.ShortNames;

namespace Headrace.Dlms.Classes.Access;

/// <summary>Class 12, Association SN, versions 2 to 4 (IEC 62056-6-2, 4.4.3): what a client that refers by short names sees of its
/// association.</summary>
/// <remarks>Forms of access_rights_list and of what read_by_logicalname returns are not confirmed by a vector.</remarks>
public sealed class AssociationShortNameObject : CosemObject
{
    private const sbyte ReadByLogicalName = 3, ChangeSecretMethod = 5, ChangeHlsSecret = 6, ReplyToHls = 8, AddUser = 9, RemoveUser = 10;

    private readonly LogicalDevice _device;
    private readonly AssociationSettings _settings;
    private readonly Func<CosemAttributeDescriptor, AttributeAnswer> _read;

    /// <summary>The association object of one client, in the version that its settings name: 3 with the security setup, 4 with
    /// users.</summary>
    /// <param name="device">Its logical device.</param>
    /// <param name="settings">What holds for the client.</param>
    /// <param name="terms">What was negotiated.</param>
    /// <param name="read">Reads an attribute with the client's rights and the protection of its request.</param>
    internal AssociationShortNameObject(
        LogicalDevice device, AssociationSettings settings, ServerTerms terms, Func<CosemAttributeDescriptor, AttributeAnswer> read)
        : base(12, settings.AssociationShortNameVersion, AssociationObject.Current)
    {
        (_device, _settings, _read) = (device, settings, read);
        WithAttribute(2, () => CosemData.Array([.. Visible().Select(o => o.Listed.ToData())]));
        WithAttribute(3, () => CosemData.Array([.. Visible().Select(o => Rights(o.Listed, o.Found).ToData())]));
        if (Version >= 3) WithAttribute(4, AssociationNames.Reference.ToData(settings.Security?.LogicalName ?? default));
        WithMethod(ReadByLogicalName, ReadNamed);
        MethodAnswer ChangeSecret(CosemData given) => (ActionResult)settings.ChangeSecret(given);
        if (settings.Mechanism == AuthenticationMechanism.LowLevel) WithMethod(ChangeSecretMethod, ChangeSecret);
        if (settings.Mechanism >= AuthenticationMechanism.HighLevelManufacturer) WithMethod(ReplyToHls, _ => ActionResult.ReadWriteDenied);
        // The keys of GMAC are changed by the security setup, and a key pair by its own methods.
        if (settings.Mechanism is >= AuthenticationMechanism.HighLevelManufacturer
            and not (AuthenticationMechanism.HighLevelGmac or AuthenticationMechanism.HighLevelEcdsa))
            WithMethod(ChangeHlsSecret, ChangeSecret);
        if (Version < 4) return;
        settings.UserList.Show(this, list: 5, current: 6, () => terms.UserId);
        if (settings.MayChangeLists) settings.UserList.LetChange(this, AddUser, RemoveUser);
    }

    /// <summary>Method 3: the values of attributes in a structure, null-data for those that cannot be read.</summary>
    private MethodAnswer ReadNamed(CosemData parameter)
    {
        var wanted = parameter.AsArray();
        var output = new ArrayBufferWriter<byte>();
        new CosemWriter(output).WriteStructure(wanted.Count);
        foreach (var one in wanted)
        {
            var answer = _read(AssociationShortNameProxy.IdentificationFrom(one));
            if (answer.IsSuccess) answer.WriteTo(output);
            else new CosemWriter(output).WriteNull();
            if (output.WrittenCount > _settings.MaxValueSize) return ActionResult.OtherReason;
        }
        return new MethodAnswer(ActionResult.Success, CosemData.Decode(output.WrittenSpan));
    }

    /// <summary>The objects this client can do something with, in order of their base names; its own association among them.</summary>
    private IEnumerable<(ShortNameObject Listed, CosemObject Found)> Visible()
    {
        var own = (Listed: new ShortNameObject(ReservedBaseNames.Association, ClassId, Version, LogicalName), Found: (CosemObject)this);
        return _device.ShortNames.Map.Objects.Select(listed => (Listed: listed, Found: _device.Find(listed.LogicalName)!))
            .Where(o => o.Found is not null && _settings.Sees(o.Found)).Append(own).OrderBy(o => o.Listed.BaseName);
    }

    private ShortNameRights Rights(ShortNameObject listed, CosemObject found) => new(
        listed.BaseName,
        [.. found.Attributes.Select(a => new ShortNameAttributeRight(
            a, (byte)_settings.RightsOf(found, a).ToAttributeMode(), found.SelectorsOf(a)))],
        [.. found.Methods.Select(m => new ShortNameMethodRight(m, (byte)_settings.MethodRightsOf(found, m).ToMethodMode()))]);
}
