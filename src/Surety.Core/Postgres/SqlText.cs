namespace Surety.Core.Postgres;

/// <summary>
/// Quotes names and values into SQL, for statements that take no parameters. Manual section 4.1, "Lexical Structure";
/// holds for any client encoding that Surety uses, with standard_conforming_strings on or off.
/// </summary>
internal static class SqlText
{
    public static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Identifiers(IEnumerable<string> names) => string.Join(", ", names.Select(Identifier));

    public static string Literal(string value)
    {
        var quoted = $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
        return value.Contains('\\', StringComparison.Ordinal)
            ? $" E{quoted.Replace("\\", "\\\\", StringComparison.Ordinal)}"
            : quoted;
    }

    /// <summary>A database name as a libpq connection string, since a name with <c>=</c> would be taken for one.</summary>
    public static string ConnectionString(string database)
    {
        var escaped = database
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("'", "\\'", StringComparison.Ordinal);
        return $"dbname='{escaped}'";
    }
}
