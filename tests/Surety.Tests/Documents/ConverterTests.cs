using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Surety.Repository.Documents;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;
using Surety.Tests.Manifests;

namespace Surety.Tests.Documents;

public sealed class ConverterTests
{
    private static readonly RepositoryJson Json = RepositoryJson.Default;
    private static readonly string Digits = SampleBackup.Object.ToString();

    [Fact]
    public void Every_receipt_comes_back() =>
        Prop.ForAll<long, ulong, ulong>(
                (rows, high, low) =>
                {
                    var receipt = new Receipt(Math.Abs(rows % long.MaxValue), new UInt128(high, low));
                    return Roundtrip(receipt) == receipt;
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Every_chunk_comes_back() =>
        Prop.ForAll<byte[], NonNegativeInt, NonNegativeInt>(
                (bytes, rows, length) =>
                {
                    var chunk = new ChunkEntry(ObjectId.OfPlain(bytes), rows.Get, length.Get);
                    return Roundtrip(chunk) == chunk;
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Every_time_comes_back_as_the_same_instant_in_utc() =>
        Prop.ForAll<DateTimeOffset>(time => Roundtrip(time) == time && Roundtrip(time).Offset == TimeSpan.Zero)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void The_spelling_is_the_one_in_the_format_document()
    {
        Text(new Receipt(2, 0xab)).ShouldBe("""{"rows":2,"sum":"000000000000000000000000000000ab"}""");
        Text(new ChunkEntry(SampleBackup.Object, 2, 3)).ShouldBe($"""["{Digits}",2,3]""");
        Text(RowFormat.Binary).ShouldBe("\"binary\"");
        Text(SampleBackup.Time.ToOffset(TimeSpan.FromHours(5))).ShouldBe("\"2026-11-20T17:14:49.0000000Z\"");
    }

    [Theory]
    [InlineData("""{"rows":2,"sum":"ab"}""")]
    [InlineData("""{"rows":-1,"sum":"000000000000000000000000000000ab"}""")]
    [InlineData("""{"sum":"000000000000000000000000000000ab","rows":2}""")]
    [InlineData("""{"rows":2,"sum":"000000000000000000000000000000ab","more":1}""")]
    [InlineData("""{"rows":2,"sum":"+00000000000000000000000000000ab"}""")]
    [InlineData("2")]
    public void What_is_no_receipt_is_refused(string json) => Refuse<Receipt>(json);

    [Theory]
    [InlineData("""[]""")]
    [InlineData("""["ID",1]""")]
    [InlineData("""["ID",1,2,3]""")]
    [InlineData("""["ID",-1,2]""")]
    [InlineData("""["ID",1,2.5]""")]
    [InlineData("""["ID",1,3000000000]""")]
    [InlineData("""["id",1,2]""")]
    public void What_is_no_chunk_is_refused(string json) => Refuse<ChunkEntry>(json.Replace("ID", Digits));

    [Theory]
    [InlineData("\"Binary2\"")]
    [InlineData("0")]
    public void What_is_no_row_format_is_refused(string json) => Refuse<RowFormat>(json);

    private static T Roundtrip<T>(T value) => (T)JsonSerializer.Deserialize(Text(value), typeof(T), Json)!;

    private static string Text<T>(T value) => JsonSerializer.Serialize(value, typeof(T), Json);

    // A wrong token type is InvalidOperationException inside a converter; the serializer makes JsonException of it.
    private static void Refuse<T>(string json) =>
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize(json, typeof(T), Json));
}
