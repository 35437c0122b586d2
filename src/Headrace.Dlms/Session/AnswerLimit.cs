using Headrace.Dlms.Data;

namespace Headrace.Dlms.Session;

/// <summary>How long an answer may be.</summary>
/// <param name="MaxSize">Longest plain answer that fits one APDU of the client's, its protection counted, in bytes.</param>
/// <param name="ByGeneralBlocks">A longer one may go by general block transfer.</param>
/// <param name="MaxAnswerSize">Longest answer at all, in bytes.</param>
internal readonly record struct AnswerLimit(int MaxSize, bool ByGeneralBlocks, int MaxAnswerSize)
{
    /// <summary>Whether an answer can go as it is, in one APDU or by general block transfer.</summary>
    public bool Fits(int size) => size <= MaxSize || (ByGeneralBlocks && size <= MaxAnswerSize);

    /// <summary>Whether an answer has to go in blocks of its service, or does because they were agreed: they go before general block
    /// transfer, unless the request came by that.</summary>
    public bool GoesInBlocks(int size, bool mayBlock) => size > MaxSize && (mayBlock || !Fits(size));

    /// <summary>Raw data that a block has room for, beside so many bytes in front and its length field; less than one where none
    /// has.</summary>
    public int RawSize(int head)
    {
        var room = Math.Min(MaxSize - head, MaxAnswerSize);
        if (room <= 1) return 0;
        return Math.Min(room - CosemWriter.LengthSize(room), room - 1);
    }
}
