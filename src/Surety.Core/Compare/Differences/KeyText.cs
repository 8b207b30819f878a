using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Surety.Core.Postgres.Wire;
using Surety.Repository.Manifests;

namespace Surety.Core.Compare.Differences;

/// <summary>
/// Shows the value of a key's column to people. Binary forms: the send functions in PostgreSQL's
/// <c>src/backend/utils/adt</c>. A value of a type that is not known here is shown as its bytes, never guessed.
/// </summary>
internal static partial class KeyText
{
    private static readonly DateTime Epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <param name="type">As pg_dump writes it, or null where it is not known.</param>
    public static string Of(ReadOnlySpan<byte> value, RowFormat format, string? type) =>
        format == RowFormat.Text ? Unescaped(value)
        : type is null ? Hex(value)
        : OfBinary(value, Modifier().Replace(type, ""));

    private static string OfBinary(ReadOnlySpan<byte> value, string type) =>
        (type, value.Length) switch
        {
            ("smallint", 2) => Invariant(BinaryPrimitives.ReadInt16BigEndian(value)),
            ("integer", 4) => Invariant(BinaryPrimitives.ReadInt32BigEndian(value)),
            ("bigint", 8) => Invariant(BinaryPrimitives.ReadInt64BigEndian(value)),
            ("oid", 4) => Invariant(BinaryPrimitives.ReadUInt32BigEndian(value)),
            ("boolean", 1) => value[0] == 0 ? "false" : "true",
            ("uuid", 16) => new Guid(value, bigEndian: true).ToString(),
            ("text" or "character varying" or "character" or "name", _) when Utf8.IsValid(value) =>
                Encoding.UTF8.GetString(value),
            ("date", 4) => Date(BinaryPrimitives.ReadInt32BigEndian(value)) ?? Hex(value),
            ("timestamp without time zone", 8) => Time(BinaryPrimitives.ReadInt64BigEndian(value)) ?? Hex(value),
            ("timestamp with time zone", 8) => Time(BinaryPrimitives.ReadInt64BigEndian(value)) is { } time
                ? $"{time}+00"
                : Hex(value),
            ("numeric", >= 8) => Numeric(value) ?? Hex(value),
            _ => Hex(value),
        };

    private static string? Date(int days) =>
        Math.Abs((long)days) < 3_000_000 && Epoch.Ticks + days * TimeSpan.TicksPerDay is > 0 and var ticks
            ? new DateTime(ticks).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : null;

    private static string? Time(long microseconds) =>
        Int128.Abs(microseconds) < (Int128)200_000_000_000_000_000
        && Epoch.Ticks + microseconds * TimeSpan.TicksPerMicrosecond is > 0 and var ticks
            ? new DateTime(ticks).ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture)
            : null;

    /// <summary>Digits to the base 10,000, the first of them weighing 10,000 ^ weight; null for NaN and infinities.</summary>
    private static string? Numeric(ReadOnlySpan<byte> value)
    {
        const int positive = 0;
        const int negative = 0x4000;
        var count = BinaryPrimitives.ReadInt16BigEndian(value);
        var weight = BinaryPrimitives.ReadInt16BigEndian(value[2..]);
        var sign = BinaryPrimitives.ReadUInt16BigEndian(value[4..]);
        var scale = BinaryPrimitives.ReadUInt16BigEndian(value[6..]);
        if (sign is not (positive or negative) || value.Length != 8 + 2 * count)
        {
            return null;
        }

        var text = new StringBuilder(sign == negative ? "-" : "");
        var whole = new StringBuilder();
        for (var place = weight; place >= 0; place--)
        {
            whole.Append(Digits(value, place));
        }

        text.Append(whole.ToString().TrimStart('0').PadLeft(1, '0'));
        if (scale > 0)
        {
            var fraction = new StringBuilder();
            for (var place = -1; fraction.Length < scale; place--)
            {
                fraction.Append(Digits(value, place));
            }

            text.Append('.').Append(fraction, 0, scale);
        }

        return text.ToString();

        string Digits(ReadOnlySpan<byte> bytes, int place)
        {
            var index = weight - place;
            var digit = index >= 0 && index < count ? BinaryPrimitives.ReadInt16BigEndian(bytes[(8 + 2 * index)..]) : 0;
            return digit.ToString("D4", CultureInfo.InvariantCulture);
        }
    }

    private static string Unescaped(ReadOnlySpan<byte> value)
    {
        Span<byte> buffer = new byte[value.Length];
        var plain = buffer[..CopyText.Unescape(value, buffer)];
        return Utf8.IsValid(plain) ? Encoding.UTF8.GetString(plain) : Hex(plain);
    }

    private static string Hex(ReadOnlySpan<byte> value) => $"\\x{Convert.ToHexStringLower(value)}";

    private static string Invariant<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\(.*?\)")]
    private static partial Regex Modifier();
}
