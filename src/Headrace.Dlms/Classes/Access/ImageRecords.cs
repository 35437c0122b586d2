using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Access;

/// <summary>Where an image transfer is (IEC 62056-6-2, Image transfer, image_transfer_status).</summary>
public enum ImageTransferStatus : byte
{
    /// <summary>Nothing is under way.</summary>
    NotInitiated = 0,
    /// <summary>Blocks are taken.</summary>
    Initiated = 1,
    /// <summary>The image is being verified.</summary>
    VerificationInitiated = 2,
    /// <summary>The image is good.</summary>
    VerificationSuccessful = 3,
    /// <summary>The image is bad.</summary>
    VerificationFailed = 4,
    /// <summary>The image is being activated.</summary>
    ActivationInitiated = 5,
    /// <summary>The image runs.</summary>
    ActivationSuccessful = 6,
    /// <summary>The image could not be activated.</summary>
    ActivationFailed = 7,
}

/// <summary>What a transfer begins with (IEC 62056-6-2, Image transfer, image_transfer_initiate).</summary>
/// <param name="Identifier">The image's name; bytes shown as Latin-1 text.</param>
/// <param name="Size">Its size in bytes.</param>
public sealed record ImageInitiation(string Identifier, uint Size) : ICosemStructure<ImageInitiation>
{
    /// <inheritdoc/>
    public static ImageInitiation FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new ImageInitiation(CosemTypes.Text.FromData(items[0]), items[1].AsNumber<uint>());
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(CosemTypes.Text.ToData(Identifier), CosemData.DoubleLongUnsigned(Size));
}

/// <summary>One block (IEC 62056-6-2, Image transfer, image_block_transfer).</summary>
/// <param name="Number">From 0.</param>
/// <param name="Content">The bytes; the last block may be shorter.</param>
public sealed record ImageBlock(uint Number, ReadOnlyMemory<byte> Content) : ICosemStructure<ImageBlock>
{
    /// <inheritdoc/>
    public static ImageBlock FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new ImageBlock(items[0].AsNumber<uint>(), items[1].AsOctets());
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(CosemData.DoubleLongUnsigned(Number), CosemData.OctetString(Content.Span));
}

/// <summary>An image that is ready for activation (IEC 62056-6-2, Image transfer, image_to_activate_info_element).</summary>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Identification">Its name; bytes shown as Latin-1 text.</param>
/// <param name="Signature">Its signature, as the maker defines it.</param>
public sealed record ImageToActivate(uint Size, string Identification, ReadOnlyMemory<byte> Signature) : ICosemStructure<ImageToActivate>
{
    /// <inheritdoc/>
    public static ImageToActivate FromData(CosemData data)
    {
        var items = data.AsStructure(3);
        return new ImageToActivate(items[0].AsNumber<uint>(), CosemTypes.Text.FromData(items[1]), items[2].AsOctets());
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(
        CosemData.DoubleLongUnsigned(Size), CosemTypes.Text.ToData(Identification), CosemData.OctetString(Signature.Span));
}
