namespace Surety.Core.Migrations.Rehearsal;

/// <summary>What one statement did to what was there, as the server's own instruments show it.</summary>
public sealed record StatementEffects
{
    /// <summary>Objects that are gone, those that CASCADE took too; parts of what is gone are left out.</summary>
    public IReadOnlyList<DroppedObject> Dropped { get; init; } = [];

    public IReadOnlyList<SchemaObject> Created { get; init; } = [];
    public IReadOnlyList<AlteredObject> Altered { get; init; } = [];

    /// <summary>Rows and values of before the migration that are not there any more.</summary>
    public IReadOnlyList<TableLoss> Losses { get; init; } = [];

    /// <summary>Tables of before whose every row was written anew, or that were truncated.</summary>
    public IReadOnlyList<string> Rewritten { get; init; } = [];

    public IReadOnlyList<BuiltIndex> IndexesBuilt { get; init; } = [];

    /// <summary>Tables of before that were read through while writers had to wait.</summary>
    public IReadOnlyList<string> ScannedWhileBlocking { get; init; } = [];

    public IReadOnlyList<WrittenTable> Written { get; init; } = [];

    public long RowsLost => Losses.Sum(l => l.RowsLost);

    public long ValuesLost => Losses.Sum(l => l.ValuesLost);
}

/// <param name="Kind"><c>table</c>, <c>column</c>, <c>foreign key</c>, ...</param>
/// <param name="Name">Qualified, as SQL has it.</param>
public record SchemaObject(string Kind, string Name)
{
    public sealed override string ToString() => $"{Kind} {Name}";
}

/// <param name="IsNamed">The statement names it; what it does not name was taken along.</param>
/// <param name="IsNew">The migration made it itself: nothing of before went with it.</param>
public sealed record DroppedObject(string Kind, string Name, bool IsNamed, bool IsNew) : SchemaObject(Kind, Name);

/// <param name="Changes">What is different: <c>type integer -> bigint</c>, <c>renamed to total</c>.</param>
public sealed record AlteredObject(string Kind, string Name, IReadOnlyList<string> Changes) : SchemaObject(Kind, Name);

public sealed record BuiltIndex(string Name, string Table, long Bytes);

/// <summary>Rows that a statement wrote, itself or by triggers and foreign keys.</summary>
public sealed record WrittenTable(string Table, long Inserted, long Updated, long Deleted);

/// <param name="RowsBefore">How many rows the table had before the migration.</param>
/// <param name="RowsLost">Rows that are gone.</param>
/// <param name="Columns">Columns of the other rows that lost values.</param>
/// <param name="SampleKeys">Keys of some rows that are gone.</param>
public sealed record TableLoss(
    string Table,
    long RowsBefore,
    long RowsLost,
    IReadOnlyList<ColumnLoss> Columns,
    IReadOnlyList<string> SampleKeys
)
{
    public long ValuesLost => Columns.Sum(c => c.Lost);

    internal bool IsNone => RowsLost == 0 && ValuesLost == 0;
}

/// <param name="Gone">Values that are null now, or went with the column.</param>
/// <param name="Changed">Values that are other values now.</param>
/// <param name="SampleKeys">Keys of some of their rows.</param>
public sealed record ColumnLoss(string Column, long Gone, long Changed, IReadOnlyList<string> SampleKeys)
{
    public long Lost => Gone + Changed;
}
