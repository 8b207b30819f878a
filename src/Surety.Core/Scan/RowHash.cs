using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surety.Core.Scan;

/// <summary>
/// The 128-bit hash of a row's exact bytes: MurmurHash3_x64_128 with seed 0 (Austin Appleby, SMHasher, public domain),
/// h1 as the low and h2 as the high half. Fast, well mixed and easy to compute elsewhere (docs/format.md); it resists
/// accidents, not rows crafted by an attacker (docs/threat-model.md).
/// </summary>
public static class RowHash
{
    private const ulong C1 = 0x87c37b91114253d5;
    private const ulong C2 = 0x4cf5ad432745937f;

    public static UInt128 Of(ReadOnlySpan<byte> row)
    {
        ulong h1 = 0;
        ulong h2 = 0;
        ref var start = ref MemoryMarshal.GetReference(row);
        var offset = 0;
        for (; offset + 16 <= row.Length; offset += 16)
        {
            h1 ^= MixFirst(Read(ref start, offset));
            h1 = (BitOperations.RotateLeft(h1, 27) + h2) * 5 + 0x52dce729;
            h2 ^= MixSecond(Read(ref start, offset + 8));
            h2 = (BitOperations.RotateLeft(h2, 31) + h1) * 5 + 0x38495ab5;
        }

        if (offset < row.Length)
        {
            Span<byte> tail = stackalloc byte[16];
            tail.Clear();
            row[offset..].CopyTo(tail);
            h2 ^= MixSecond(BinaryPrimitives.ReadUInt64LittleEndian(tail[8..]));
            h1 ^= MixFirst(BinaryPrimitives.ReadUInt64LittleEndian(tail));
        }

        h1 ^= (ulong)row.Length;
        h2 ^= (ulong)row.Length;
        h1 += h2;
        h2 += h1;
        h1 = Finish(h1);
        h2 = Finish(h2);
        h1 += h2;
        h2 += h1;
        return new UInt128(h2, h1);
    }

    private static ulong Read(ref byte start, int offset)
    {
        var value = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, offset));
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }

    private static ulong MixFirst(ulong k) => BitOperations.RotateLeft(k * C1, 31) * C2;

    private static ulong MixSecond(ulong k) => BitOperations.RotateLeft(k * C2, 33) * C1;

    private static ulong Finish(ulong k)
    {
        k = (k ^ (k >> 33)) * 0xff51afd7ed558ccd;
        k = (k ^ (k >> 33)) * 0xc4ceb9fe1a85ec53;
        return k ^ (k >> 33);
    }
}
