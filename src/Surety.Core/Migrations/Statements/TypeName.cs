using System.Globalization;

namespace Surety.Core.Migrations.Statements;

/// <summary>A type as a column has it.</summary>
/// <param name="Name">PostgreSQL's own name of it, for its aliases too: <c>int4</c>, <c>varchar</c>.</param>
/// <param name="Limits">What is in parentheses: length, precision and scale.</param>
/// <param name="IsArray">True for <c>int[]</c>.</param>
internal sealed record TypeName(string Name, IReadOnlyList<int> Limits, bool IsArray)
{
    private static readonly Dictionary<string, string> Aliases = new()
    {
        ["int"] = "int4",
        ["integer"] = "int4",
        ["smallint"] = "int2",
        ["bigint"] = "int8",
        ["real"] = "float4",
        ["float"] = "float8",
        ["double precision"] = "float8",
        ["decimal"] = "numeric",
        ["dec"] = "numeric",
        ["boolean"] = "bool",
        ["character varying"] = "varchar",
        ["char varying"] = "varchar",
        ["national character varying"] = "varchar",
        ["national char varying"] = "varchar",
        ["nchar varying"] = "varchar",
        ["character"] = "bpchar",
        ["char"] = "bpchar",
        ["nchar"] = "bpchar",
        ["national character"] = "bpchar",
        ["national char"] = "bpchar",
        ["bit varying"] = "varbit",
        ["timestamp with time zone"] = "timestamptz",
        ["timestamp without time zone"] = "timestamp",
        ["time with time zone"] = "timetz",
        ["time without time zone"] = "time",
        ["serial"] = "serial4",
        ["bigserial"] = "serial8",
        ["smallserial"] = "serial2",
    };

    public bool IsSerial => Name is "serial2" or "serial4" or "serial8";

    /// <summary>Reads the type that is next; null where none is.</summary>
    public static TypeName? Read(SqlCursor cursor)
    {
        if (cursor.AtEnd || cursor.PartAt(cursor.Index) is null)
        {
            return null;
        }

        var word = cursor.TakeName()!.Value.Name;
        word += word switch
        {
            "double" when cursor.Take("precision") => " precision",
            "bit" or "character" or "char" or "nchar" when cursor.Take("varying") => " varying",
            "national" when cursor.TakeAny("character", "char") is { } rest => $" {rest}"
                + (cursor.Take("varying") ? " varying" : ""),
            _ => "",
        };
        var limits = ReadLimits(cursor);
        if (word is "timestamp" or "time" && cursor.TakeAny("with", "without") is { } zone)
        {
            cursor.Take("time", "zone");
            word += $" {zone} time zone";
        }

        var array = cursor.Take("array");
        while (cursor.Is("["))
        {
            array = true;
            cursor.SkipTo(cursor.ClosingOf(cursor.Index) + 1);
        }

        return new TypeName(Aliases.GetValueOrDefault(word, word), limits, array);
    }

    public override string ToString() =>
        $"{Name}{(Limits.Count > 0 ? $"({string.Join(",", Limits)})" : "")}{(IsArray ? "[]" : "")}";

    private static int[] ReadLimits(SqlCursor cursor) =>
        cursor.TakeGroup() is { } group
            ? [.. group.Items().Select(i => int.TryParse(i.Text(), CultureInfo.InvariantCulture, out var n) ? n : -1)]
            : [];
}
