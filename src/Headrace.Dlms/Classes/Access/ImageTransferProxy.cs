using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Access;

/// <summary>Class 18, Image transfer, of a server (IEC 62056-6-2, Image transfer). The whole procedure is
/// <see cref="ImageTransfer"/>.</summary>
public sealed class ImageTransferProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 18, logicalName)
{
    /// <summary>Attribute 2: bytes in a block.</summary>
    public AttributeProxy<uint> ImageBlockSize => Attribute(2, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 3: for each block whether the server has it.</summary>
    public AttributeProxy<IReadOnlyList<bool>> ImageTransferredBlocksStatus => Attribute(3, CosemTypes.BitString);

    /// <summary>Attribute 4: number of the first block that the server has not; the number of blocks where it has all.</summary>
    public AttributeProxy<uint> ImageFirstNotTransferredBlockNumber => Attribute(4, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 5: whether images are taken.</summary>
    public AttributeProxy<bool> ImageTransferEnabled => Attribute(5, CosemTypes.Boolean);

    /// <summary>Attribute 6: where the transfer is.</summary>
    public AttributeProxy<ImageTransferStatus> ImageTransferStatus => Attribute(6, CosemTypes.Enum<ImageTransferStatus>());

    /// <summary>Attribute 7: the images verified.</summary>
    public AttributeProxy<IReadOnlyList<ImageToActivate>> ImageToActivateInfo => Attribute(7, CosemTypes.Array<ImageToActivate>());

    /// <summary>Method 1: begins a transfer; what was there is forgotten.</summary>
    public MethodProxy<ImageInitiation> ImageTransferInitiate => Method(1, CosemTypes.Structure<ImageInitiation>());

    /// <summary>Method 2: sends a block.</summary>
    public MethodProxy<ImageBlock> ImageBlockTransfer => Method(2, CosemTypes.Structure<ImageBlock>());

    /// <summary>Method 3: verifies the image; temporary-failure while that lasts.</summary>
    public MethodProxy ImageVerify => Command(3);

    /// <summary>Method 4: activates the image; temporary-failure while that lasts.</summary>
    public MethodProxy ImageActivate => Command(4);
}
