using Surety.Core.Migrations.Statements;

namespace Surety.Core.Migrations.Check;

/// <summary>
/// The types that columns have, as far as the statements so far say. A name without a schema and one with it may be the
/// same table: of each bare name only the last one is known.
/// </summary>
internal sealed class KnownColumns
{
    private readonly Dictionary<string, KnownTable> tables = [];

    public TypeName? TypeOf(ObjectName table, string column) => Find(table)?.Columns.GetValueOrDefault(column);

    public void Set(DefinedColumn column)
    {
        if (Find(column.Table) is not { } known)
        {
            tables[column.Table.Name] = known = new KnownTable(column.Table, []);
        }

        known.Columns[column.Name] = column.Type;
    }

    public void Apply(ScriptStep step)
    {
        switch (step)
        {
            case TableDropped dropped:
                tables.Remove(dropped.Table.Name);
                break;
            case TableRenamed renamed:
                Rename(renamed);
                break;
            case ColumnRenamed renamed when Find(renamed.Table) is { } known:
                if (known.Columns.Remove(renamed.From, out var type))
                {
                    known.Columns[renamed.To] = type;
                }

                break;
        }
    }

    private KnownTable? Find(ObjectName table) =>
        tables.GetValueOrDefault(table.Name) is { } known && known.Name == table ? known : null;

    private void Rename(TableRenamed renamed)
    {
        var known = Find(renamed.From);
        tables.Remove(renamed.From.Name);
        tables.Remove(renamed.To.Name);
        if (known is not null)
        {
            tables[renamed.To.Name] = known with { Name = renamed.To };
        }
    }

    private sealed record KnownTable(ObjectName Name, Dictionary<string, TypeName> Columns);
}
