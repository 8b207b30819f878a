using FsCheck;
using FsCheck.Fluent;
using Surety.Repository.Encryption;
using Surety.Repository.Errors;
using Surety.Repository.Objects;
using Surety.Repository.Objects.Compression;

namespace Surety.Tests.Objects;

public sealed class ObjectCodecTests
{
    public static TheoryData<string> Codecs => ["zstd", "zlib", "encrypted"];

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Every_bytes_come_back(string method)
    {
        var codec = Codec(method);
        Prop.ForAll<byte[]>(plain => RoundTrip(codec, plain)).QuickCheckThrowOnFailure();
        foreach (var plain in new[] { [], Compressible(1), Compressible(3_000_000), Random(3_000_000) })
        {
            RoundTrip(codec, plain).ShouldBeTrue();
        }
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void What_compresses_is_stored_smaller_and_what_does_not_is_stored_as_it_is(string method)
    {
        var codec = Codec(method);

        var overhead = ObjectHeader.Size + (method == "encrypted" ? SealedBytes.Overhead : 0);

        Encode(codec, Compressible(100_000)).Length.ShouldBeLessThan(5_000);
        Encode(codec, Random(100_000)).Length.ShouldBe(overhead + 100_000);
        Encode(codec, []).Length.ShouldBe(overhead);
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Every_changed_byte_is_found(string method)
    {
        var codec = Codec(method);
        foreach (var plain in new[] { Compressible(600), Random(64) })
        {
            var id = codec.Identify(plain);
            var stored = Encode(codec, plain);
            for (var i = 0; i < stored.Length; i++)
            {
                foreach (var flip in new byte[] { 0x01, 0x80, 0xff })
                {
                    var changed = stored.ToArray();
                    changed[i] ^= flip;
                    ShouldBeDamaged(codec, id, changed);
                }
            }
        }
    }

    [Fact]
    public void Every_lost_or_added_byte_is_found()
    {
        var codec = new ObjectCodec();
        var plain = Compressible(600);
        var id = codec.Identify(plain);
        var stored = Encode(codec, plain);
        for (var length = 0; length < stored.Length; length++)
        {
            ShouldBeDamaged(codec, id, stored[..length]);
        }

        ShouldBeDamaged(codec, id, [.. stored, 0]);
        ShouldBeDamaged(codec, id, [.. stored, .. stored]);
    }

    [Fact]
    public void Two_swapped_objects_are_found_without_decompressing()
    {
        var codec = new ObjectCodec();
        var (first, second) = (Compressible(600), Compressible(601));

        ShouldBeDamaged(codec, ObjectId.OfPlain(first), Encode(codec, second));
    }

    [Theory]
    [InlineData(600, 601)]
    [InlineData(600, 599)]
    [InlineData(600, -1)]
    [InlineData(600, long.MaxValue)]
    [InlineData(600, 2_000_000_001)]
    public void A_length_that_is_not_true_is_refused_though_its_digest_matches(int actual, long claimed)
    {
        foreach (var codec in new[] { Codec("zstd"), Codec("zlib") })
        {
            var plain = Compressible(actual);
            var id = ObjectId.OfPlain(plain);
            var stored = Encode(codec, plain);
            new ObjectHeader((CompressionMethod)stored[5], IsEncrypted: false, claimed).WriteTo(stored);
            ObjectHeader.WriteDigest(stored, id);

            Should.Throw<SuretyException>(() => codec.Decode(id, stored)).Code.ShouldBe(ErrorCode.ObjectDamaged);
        }
    }

    [Fact]
    public void A_forged_object_that_hashes_to_another_name_is_refused()
    {
        var codec = new ObjectCodec();
        var id = ObjectId.OfPlain(Compressible(600));
        using var forged = codec.Encode(id, Compressible(601));

        Should.NotThrow(() => new ObjectCodec().Check(id, forged.Span));
        var error = Should.Throw<SuretyException>(() => codec.Decode(id, forged.Span.ToArray()));

        error.Code.ShouldBe(ErrorCode.ObjectDamaged);
        error.Message.ShouldBe($"object {id} is damaged: its plain bytes do not hash to its name");
    }

    [Theory]
    [InlineData(4, "it has version 9, which this Surety does not read")]
    [InlineData(5, "it is compressed by method 9, which this Surety does not read")]
    [InlineData(6, "it is encrypted by method 9, which this Surety does not read")]
    [InlineData(7, "a byte of its header that must be zero is not")]
    public void What_a_later_version_wrote_is_refused_and_not_guessed(int at, string reason)
    {
        var stored = Encode(new ObjectCodec(), "abc"u8);
        var id = ObjectId.OfPlain("abc"u8);
        stored[at] = 9;
        Redigest(stored, id);

        var error = Should.Throw<SuretyException>(() => new ObjectCodec().Check(id, stored));

        error.Message.ShouldBe($"object {id} is damaged: {reason}");
    }

    [Fact]
    public void Without_libzstd_a_zstd_object_names_the_library_to_install()
    {
        var plain = Compressible(600);
        var id = ObjectId.OfPlain(plain);
        var stored = Encode(Codec("zstd"), plain);

        var error = Should.Throw<SuretyException>(() => Codec("zlib").Decode(id, stored));

        error.Code.ShouldBe(ErrorCode.RepositoryUnreadable);
        error.Message.ShouldContain("no libzstd");
    }

    internal static byte[] Compressible(int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
        {
            bytes[i] = (byte)(i % 50);
        }

        return bytes;
    }

    internal static byte[] Random(int length, int seed = 7)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static ObjectCodec Codec(string method) =>
        method == "encrypted" ? new ObjectCodec(new ObjectCipher(RepositoryKey.New("00112233445566778899aabbccddeeff")))
        : method == "zlib" ? new ObjectCodec(null, null)
        : Zstd.TryLoad() is { } zstd ? new ObjectCodec(zstd, null)
        : throw new InvalidOperationException("these tests need libzstd: apt-get install libzstd1");

    private static byte[] Encode(ObjectCodec codec, ReadOnlySpan<byte> plain)
    {
        using var stored = codec.Encode(codec.Identify(plain), plain);
        return stored.Span.ToArray();
    }

    private static bool RoundTrip(ObjectCodec codec, byte[] plain)
    {
        using var back = codec.Decode(codec.Identify(plain), Encode(codec, plain));
        return back.Bytes.Span.SequenceEqual(plain);
    }

    private static void ShouldBeDamaged(ObjectCodec codec, ObjectId id, byte[] stored)
    {
        Should.Throw<SuretyException>(() => codec.Check(id, stored)).Code.ShouldBe(ErrorCode.ObjectDamaged);
        Should.Throw<SuretyException>(() => codec.Decode(id, stored)).Code.ShouldBe(ErrorCode.ObjectDamaged);
    }

    private static void Redigest(byte[] stored, ObjectId id)
    {
        var name = new byte[ObjectId.Size];
        id.CopyTo(name);
        System
            .Security.Cryptography.SHA256.HashData([.. name, .. stored.AsSpan(0, 16), .. stored.AsSpan(48)])
            .CopyTo(stored, 16);
    }
}
