using Surety.Core.Migrations.Statements;

namespace Surety.Core.Migrations.Check;

/// <summary>
/// The types that columns have, as far as the statements so far say. A name without a schema and one with it may be the
/// same table, so a type is forgotten where that could be.
/// </summary>
internal sealed class KnownColumns
{
    private readonly Dictionary<ObjectName, Dictionary<string, TypeName>> tables = [];

    public TypeName? TypeOf(ObjectName table, string column) =>
        tables.GetValueOrDefault(table)?.GetValueOrDefault(column);

    public void Set(DefinedColumn column)
    {
        if (!tables.TryGetValue(column.Table, out var columns))
        {
            tables[column.Table] = columns = [];
        }

        columns[column.Name] = column.Type;
        ForgetOthers(column.Table);
    }

    public void Apply(ScriptStep step)
    {
        switch (step)
        {
            case TableDropped dropped:
                tables.Remove(dropped.Table);
                ForgetOthers(dropped.Table);
                break;
            case TableRenamed renamed:
                Rename(renamed);
                break;
            case ColumnRenamed renamed when tables.GetValueOrDefault(renamed.Table) is { } columns:
                if (columns.Remove(renamed.From, out var type))
                {
                    columns[renamed.To] = type;
                }

                break;
        }
    }

    private void Rename(TableRenamed renamed)
    {
        if (tables.Remove(renamed.From, out var columns))
        {
            tables[renamed.To] = columns;
        }
        else
        {
            tables.Remove(renamed.To);
        }

        ForgetOthers(renamed.To);
        ForgetOthers(renamed.From);
    }

    private void ForgetOthers(ObjectName table)
    {
        foreach (var other in tables.Keys.Where(t => t.Name == table.Name && t.Schema != table.Schema).ToList())
        {
            tables.Remove(other);
        }
    }
}
