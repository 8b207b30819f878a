using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Statements;

namespace Surety.Core.Migrations.Check;

/// <summary>Types that are better chosen otherwise while the column is new.</summary>
internal static class ColumnAdvice
{
    public static IEnumerable<Effect> Of(StatementFacts facts) => facts.Columns.SelectMany(Of);

    private static IEnumerable<Effect> Of(DefinedColumn column)
    {
        var rules = new (Rule Rule, bool Applies)[]
        {
            (RuleBook.PreferBigint, IsSmallKey(column)),
            (RuleBook.PreferIdentity, column.Type.IsSerial),
            (RuleBook.PreferText, column.Type is { Name: "varchar", Limits.Count: > 0 }),
            (RuleBook.PreferTimestamptz, column.Type.Name == "timestamp"),
            (RuleBook.NoChar, column.Type.Name == "bpchar"),
        };
        return rules
            .Where(r => r.Applies)
            .Select(r => new Effect(r.Rule, $"{column.Table}.{column.Name} is {column.Type}", column.At));
    }

    // Only keys grow with the number of rows.
    private static bool IsSmallKey(DefinedColumn column) =>
        column.Type.Name is "serial2" or "serial4"
        || (
            column.Type.Name is "int2" or "int4"
            && (column.IsKey || column.Name == "id" || column.Name.EndsWith("_id", StringComparison.Ordinal))
        );
}
