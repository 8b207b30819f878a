using Surety.Core.Scan;

namespace Surety.Tests.Scan;

public sealed class RowHashTests
{
    // From an independent implementation in Python, which reproduces SMHasher's verification value 0x6384BA69. The bytes
    // are 1, 8, 15, ... mod 256.
    [Theory]
    [InlineData(0, 0x0000000000000000, 0x0000000000000000)]
    [InlineData(1, 0x7ace5c908374fe16, 0x778867e4430e6785)]
    [InlineData(7, 0xf1903a954f45f844, 0x7431eb9928b75c6d)]
    [InlineData(8, 0xc3993d2f1366930c, 0xdb552f05ccdcc293)]
    [InlineData(9, 0xd9b7b4b05200a47a, 0x7422944ac7a1d27a)]
    [InlineData(15, 0x4c26a3980bb4acb7, 0x8ac2e76da12371b5)]
    [InlineData(16, 0x52eb3281de4bcda9, 0xa6a71737e43793e0)]
    [InlineData(17, 0x4017ff9f41bb9db0, 0x682f4c63b5603785)]
    [InlineData(31, 0x75e76d36669e9e8a, 0xaacc394db707ac94)]
    [InlineData(32, 0xfc8c8a037aa25180, 0xcc82b898cd41bb0d)]
    [InlineData(33, 0x9bf6416dfa41b5ec, 0xe800417403fb6344)]
    [InlineData(255, 0x0fabcbdb3858ad4d, 0x23120f208aadfc22)]
    public void A_row_has_the_hash_that_others_compute(int length, ulong low, ulong high)
    {
        var row = Enumerable.Range(0, length).Select(i => (byte)(i * 7 + 1)).ToArray();

        RowHash.Of(row).ShouldBe(new UInt128(high, low));
    }

    [Fact]
    public void A_row_has_the_hash_that_is_published_for_it() =>
        RowHash
            .Of("The quick brown fox jumps over the lazy dog"u8)
            .ShouldBe(new UInt128(0x7a433ca9c49a9347, 0xe34bbc7bbc071b6c));
}
