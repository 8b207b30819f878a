using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Surety.Repository.Encryption;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;

namespace Surety.Repository.Documents;

/// <summary>64 lower-case hex digits.</summary>
internal sealed class ObjectIdConverter : JsonConverter<ObjectId>
{
    public override ObjectId Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        ObjectId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException("not an object id");

    public override void Write(Utf8JsonWriter writer, ObjectId value, JsonSerializerOptions options)
    {
        Span<byte> digest = stackalloc byte[ObjectId.Size];
        Span<char> digits = stackalloc char[ObjectId.Size * 2];
        value.CopyTo(digest);
        Convert.TryToHexStringLower(digest, digits, out _);
        writer.WriteStringValue(digits);
    }
}

/// <summary>The whole id, as in the manifest's name.</summary>
internal sealed class BackupIdConverter : JsonConverter<BackupId>
{
    public override BackupId Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        BackupId.TryParse(reader.GetString() ?? "", out var id) ? id : throw new JsonException("not a backup id");

    public override void Write(Utf8JsonWriter writer, BackupId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

/// <summary><c>{"rows":2,"sum":"32 hex digits"}</c>: JSON numbers are not safe beyond 53 bits.</summary>
internal sealed class ReceiptConverter : JsonConverter<Receipt>
{
    private const int SumDigits = 32;

    public override Receipt Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        Expect(reader.TokenType == JsonTokenType.StartObject);
        Expect(reader.Read() && reader.ValueTextEquals("rows"u8) && reader.Read());
        var rows = reader.GetInt64();
        Expect(rows >= 0 && reader.Read() && reader.ValueTextEquals("sum"u8) && reader.Read());
        var digits = reader.GetString();
        Expect(reader.Read() && reader.TokenType == JsonTokenType.EndObject);
        Expect(
            UInt128.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var sum)
                && digits.Length == SumDigits
        );
        return new Receipt(rows, sum);
    }

    public override void Write(Utf8JsonWriter writer, Receipt value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteNumber("rows"u8, value.Rows);
        writer.WriteString("sum"u8, value.Sum.ToString("x32", CultureInfo.InvariantCulture));
        writer.WriteEndObject();
    }

    private static void Expect(bool condition)
    {
        if (!condition)
        {
            throw new JsonException("not a receipt");
        }
    }
}

/// <summary><c>["object id", rows, rawBytes]</c>: a large table has very many of them.</summary>
internal sealed class ChunkEntryConverter : JsonConverter<ChunkEntry>
{
    public override ChunkEntry Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        Expect(reader.TokenType == JsonTokenType.StartArray && reader.Read());
        Expect(ObjectId.TryParse(reader.GetString(), out var id) && reader.Read());
        Expect(reader.TryGetInt32(out var rows) && rows >= 0 && reader.Read());
        Expect(reader.TryGetInt32(out var rawBytes) && rawBytes >= 0 && reader.Read());
        Expect(reader.TokenType == JsonTokenType.EndArray);
        return new ChunkEntry(id, rows, rawBytes);
    }

    public override void Write(Utf8JsonWriter writer, ChunkEntry value, JsonSerializerOptions options)
    {
        Span<byte> digest = stackalloc byte[ObjectId.Size];
        Span<char> digits = stackalloc char[ObjectId.Size * 2];
        value.Object.CopyTo(digest);
        Convert.TryToHexStringLower(digest, digits, out _);
        writer.WriteStartArray();
        writer.WriteStringValue(digits);
        writer.WriteNumberValue(value.Rows);
        writer.WriteNumberValue(value.RawBytes);
        writer.WriteEndArray();
    }

    private static void Expect(bool condition)
    {
        if (!condition)
        {
            throw new JsonException("not a chunk");
        }
    }
}

/// <summary><c>binary</c> or <c>text</c>.</summary>
internal sealed class RowFormatConverter()
    : JsonStringEnumConverter<RowFormat>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

/// <summary><c>passphrase</c> or <c>file</c>.</summary>
internal sealed class KeyKindConverter()
    : JsonStringEnumConverter<KeyKind>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

/// <summary>ISO 8601 in UTC, always with seven decimals: <c>2026-11-20T17:14:49.0000000Z</c>.</summary>
internal sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        DateTimeOffset.TryParseExact(
            reader.GetString(),
            Format,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time
        )
            ? time
            : throw new JsonException("not a time in UTC");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture));
}
