using System.Text.RegularExpressions;

namespace Surety.Core.Postgres.Schema;

/// <summary>
/// What the text of a schema says of tables: primary keys and the types of columns, as pg_dump writes them. What it
/// does not say in so many words (a type of a parent's column, for one) is unknown.
/// </summary>
internal sealed partial class TableDefinitions
{
    private readonly Dictionary<QualifiedName, IReadOnlyList<string>> keys = [];
    private readonly Dictionary<(QualifiedName Table, string Column), string> types = [];

    public TableDefinitions(SchemaText schema)
    {
        foreach (var definition in schema.Definitions)
        {
            if (PrimaryKey().Match(definition.Sql) is { Success: true } key)
            {
                keys[NameIn(key)] =
                [
                    .. Identifier().Matches(key.Groups["columns"].Value).Select(m => Unquoted(m.Value)),
                ];
            }
            else if (Table().Match(definition.Sql) is { Success: true } table)
            {
                foreach (Match column in Column().Matches(table.Groups["body"].Value))
                {
                    types[(NameIn(table), Unquoted(column.Groups["column"].Value))] = column.Groups["type"].Value;
                }
            }
        }
    }

    /// <summary>The columns of the primary key, in its order; none where there is no key.</summary>
    public IReadOnlyList<string> KeyOf(QualifiedName table) => keys.GetValueOrDefault(table, []);

    /// <summary>A built-in type, such as <c>character varying(20)</c>; null where it is another or not known.</summary>
    public string? TypeOf(QualifiedName table, string column) => types.GetValueOrDefault((table, column));

    private static QualifiedName NameIn(Match match) =>
        new(Unquoted(match.Groups["schema"].Value), Unquoted(match.Groups["name"].Value));

    private static string Unquoted(string identifier) =>
        identifier.StartsWith('"') ? identifier[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : identifier;

    private const string Name = """(?:"(?:[^"]|"")*"|[^\s".,()]+)""";

    [GeneratedRegex(Name)]
    private static partial Regex Identifier();

    // Not INCLUDE, which comes after the columns of the key, nor WITHOUT OVERLAPS.
    [GeneratedRegex(
        $@"^ALTER TABLE (?:ONLY )?(?<schema>{Name})\.(?<name>{Name})\s+ADD CONSTRAINT {Name} PRIMARY KEY \((?<columns>{Name}(?:, {Name})*)"
    )]
    private static partial Regex PrimaryKey();

    [GeneratedRegex(
        $@"^CREATE (?:UNLOGGED )?TABLE (?<schema>{Name})\.(?<name>{Name}) \(\n(?<body>.*?)\n\)",
        RegexOptions.Singleline
    )]
    private static partial Regex Table();

    // Types of other schemas have a dot, arrays a bracket; what follows a type is in capitals.
    [GeneratedRegex(
        $@"^    (?<column>{Name}) (?<type>(?>[a-z]+(?: [a-z]+)*(?:\(\d+(?:,\d+)?\))?(?: [a-z]+)*))(?![\[.\w])",
        RegexOptions.Multiline
    )]
    private static partial Regex Column();
}
