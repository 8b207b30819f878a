using System.Text.RegularExpressions;
using Surety.Repository.Manifests;

namespace Surety.Core.Postgres;

/// <summary>The schema and the name of a relation, unquoted, as the catalogs hold them.</summary>
public readonly partial record struct QualifiedName(string Schema, string Name)
{
    public static QualifiedName Of(TableEntry table) => new(table.Schema, table.Name);

    public static QualifiedName Of(SequenceEntry sequence) => new(sequence.Schema, sequence.Name);

    /// <summary>Quoted for SQL, always: <c>"public"."Orders"</c>.</summary>
    public string Sql => $"{SqlText.Identifier(Schema)}.{SqlText.Identifier(Name)}";

    /// <summary>For people: quoted only where PostgreSQL would need it, so that a dot in a name stays readable.</summary>
    public override string ToString() => $"{Readable(Schema)}.{Readable(Name)}";

    private static string Readable(string part) => PlainIdentifier().IsMatch(part) ? part : SqlText.Identifier(part);

    [GeneratedRegex(@"^[\p{Ll}_][\p{Ll}0-9_$]*\z")]
    private static partial Regex PlainIdentifier();
}
