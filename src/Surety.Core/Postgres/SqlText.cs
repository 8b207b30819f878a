using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Surety.Core.Postgres;

/// <summary>
/// Quotes names and values into SQL, for statements that take no parameters. Manual section 4.1, "Lexical Structure";
/// holds for any client encoding that Surety uses, with standard_conforming_strings on or off.
/// </summary>
internal static partial class SqlText
{
    // Bytes of an identifier: NAMEDATALEN - 1.
    private const int LongestName = 63;

    public static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Identifiers(IEnumerable<string> names) => string.Join(", ", names.Select(Identifier));

    /// <summary>
    /// A statement that means the same when its bytes are read in <paramref name="clientEncoding"/>, though Npgsql sends
    /// UTF-8: identifiers have Unicode escapes instead of what is not ASCII (manual section 4.1.2.3).
    /// </summary>
    public static string ForClientEncoding(string sql, string clientEncoding) =>
        clientEncoding is "UTF8" or "SQL_ASCII" || Ascii.IsValid(sql)
            ? sql
            : QuotedToken()
                .Replace(sql, t => t.Value[0] == '"' && !Ascii.IsValid(t.Value) ? Escaped(t.Value) : t.Value);

    private static string Escaped(string identifier)
    {
        var escaped = new StringBuilder("U&");
        foreach (var rune in identifier.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '\\' => escaped.Append("\\\\"),
                < 0x80 => escaped.Append(rune),
                var point => escaped.Append(CultureInfo.InvariantCulture, $"\\+{point:X6}"),
            };
        }

        return escaped.ToString();
    }

    /// <summary>A name and a suffix of ASCII, the name cut where both together are too long for an identifier.</summary>
    public static string NameWithSuffix(string name, string suffix)
    {
        var kept = name;
        while (Encoding.UTF8.GetByteCount(kept) + suffix.Length > LongestName)
        {
            kept = kept[..^(char.IsLowSurrogate(kept[^1]) ? 2 : 1)];
        }

        return kept + suffix;
    }

    public static string Literal(string value)
    {
        var quoted = $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
        return value.Contains('\\', StringComparison.Ordinal)
            ? $" E{quoted.Replace("\\", "\\\\", StringComparison.Ordinal)}"
            : quoted;
    }

    /// <summary>
    /// One statement that runs all of these: the server takes them apart itself, which a client can not where a function's
    /// body is SQL (BEGIN ATOMIC ... END).
    /// </summary>
    public static string AsOne(string sql)
    {
        var quote = $"surety{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        return $"DO ${quote}_block$ BEGIN EXECUTE ${quote}$\n{sql}\n${quote}$; END ${quote}_block$";
    }

    /// <summary>A database name as a libpq connection string, since a name with <c>=</c> would be taken for one.</summary>
    public static string ConnectionString(string database)
    {
        var escaped = database
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("'", "\\'", StringComparison.Ordinal);
        return $"dbname='{escaped}'";
    }

    [GeneratedRegex(
        """
            "(""|[^"])*"|'(''|[^'])*'
            """
    )]
    private static partial Regex QuotedToken();
}
