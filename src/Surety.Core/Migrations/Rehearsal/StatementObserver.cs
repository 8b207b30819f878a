using Npgsql;
using Surety.Core.Migrations.Scripts;
using Surety.Core.Postgres;

namespace Surety.Core.Migrations.Rehearsal;

/// <summary>
/// Sees what a statement did: the catalog before and after, the counters of the transaction, and where these say that a
/// table was touched, its values beside those of the copy that stays as it was.
/// </summary>
internal sealed class StatementObserver
{
    private readonly RehearsalSession session;
    private readonly LossMeasure measure;
    private readonly Dictionary<uint, TableLoss> losses = [];
    private readonly CatalogState original;
    private CatalogState present;
    private IReadOnlyDictionary<uint, TableCount> counters = new Dictionary<uint, TableCount>();

    private StatementObserver(RehearsalSession session, LossMeasure measure, CatalogState original)
    {
        (this.session, this.measure, this.original, present) = (session, measure, original, original);
        Tables = original
            .Objects.Values.Where(o => o.Kind is "table" or "materialized view" && o.Key.Sub == 0)
            .ToDictionary(o => o.Key.Object, o => o.Name);
        Stored = original
            .Objects.Values.Where(o => o is { Kind: "table", File: > 0 })
            .Select(o => o.Key.Object)
            .ToHashSet();
    }

    /// <summary>The tables of before, by OID.</summary>
    public IReadOnlyDictionary<uint, string> Tables { get; }

    /// <summary>Those of them that hold rows of their own.</summary>
    private HashSet<uint> Stored { get; }

    /// <summary>What each table of before has lost by now.</summary>
    public IEnumerable<KeyValuePair<uint, TableLoss>> Losses => losses;

    /// <param name="original">A session in the copy that stays as it was.</param>
    public static async Task<StatementObserver> StartAsync(
        RehearsalSession session,
        NpgsqlConnection original,
        CancellationToken cancellationToken
    ) => new(session, new LossMeasure(original), await CatalogState.ReadAsync(original, cancellationToken));

    /// <summary>To be called in the transaction of a statement, before it runs.</summary>
    public async Task BeforeAsync(CancellationToken cancellationToken) =>
        counters = await session.LookAsync(c => TableCounters.ReadAsync(c, cancellationToken), cancellationToken);

    /// <summary>To be called in its transaction, after it.</summary>
    /// <param name="locks">What the transaction holds.</param>
    /// <param name="countsAreGone">The statement ended transactions of its own: any table may have been written.</param>
    public async Task<StatementEffects> AfterAsync(
        SqlStatement statement,
        IReadOnlyList<HeldLock> locks,
        bool countsAreGone,
        CancellationToken cancellationToken
    )
    {
        var (state, counts) = await session.LookAsync(
            async c =>
            {
                var counts = await TableCounters.ReadAsync(c, cancellationToken);
                return (await CatalogState.ReadAsync(c, cancellationToken), counts.Since(counters));
            },
            cancellationToken
        );
        var changes = present.ChangesTo(state);
        present = state;
        var blocked = locks.Where(l => l.Mode.BlocksWriters()).Select(l => l.Relation).ToHashSet();
        return new StatementEffects
        {
            Dropped =
            [
                .. changes.Dropped.Select(o => new DroppedObject(
                    o.Kind,
                    o.Name,
                    NamedIn(statement, o),
                    !original.Objects.ContainsKey(o.Key)
                )),
            ],
            Created = [.. changes.Created.Select(o => new SchemaObject(o.Kind, o.Name))],
            Altered = [.. changes.Altered.Where(c => c.IsRenamed || c.IsRedefined).Select(CatalogChangeText.Describe)],
            Rewritten = Rewritten(changes),
            IndexesBuilt = await IndexesAsync(changes, cancellationToken),
            ScannedWhileBlocking =
            [
                .. counts
                    .Where(c => c.Value.Scans > 0 && blocked.Contains(c.Key))
                    .Select(c => Tables.GetValueOrDefault(c.Key))
                    .OfType<string>(),
            ],
            Written =
            [
                .. counts
                    .Where(c => c.Value.Writes && Tables.ContainsKey(c.Key))
                    .Select(c => new WrittenTable(Tables[c.Key], c.Value.Inserted, c.Value.Updated, c.Value.Deleted)),
            ],
            Losses = await NewLossesAsync(countsAreGone ? Stored : Touched(changes, counts), cancellationToken),
        };
    }

    /// <summary>Begins anew from what is committed: a transaction has ended.</summary>
    public async Task ResetAsync(CancellationToken cancellationToken)
    {
        await session.BeginAsync(cancellationToken);
        await LookAgainAsync(cancellationToken);
        await session.RollBackAsync(cancellationToken);
    }

    /// <summary>Begins anew from what the transaction sees: a part of it was rolled back.</summary>
    public async Task LookAgainAsync(CancellationToken cancellationToken)
    {
        present = await session.LookAsync(c => CatalogState.ReadAsync(c, cancellationToken), cancellationToken);
        await NewLossesAsync([.. losses.Keys], cancellationToken);
    }

    private List<string> Rewritten(CatalogChanges changes) =>
        [
            .. changes
                .Altered.Where(c => c.IsRewritten && c.Before.Kind != "index")
                .Select(c => Tables.GetValueOrDefault(c.Before.Key.Object))
                .OfType<string>(),
        ];

    private HashSet<uint> Touched(CatalogChanges changes, IReadOnlyDictionary<uint, TableCount> counts) =>
        changes
            .AllDropped.Select(o => o.Key.Object)
            .Concat(changes.Altered.Where(c => c.IsRewritten || TypeChanged(c)).Select(c => c.Before.Key.Object))
            .Concat(counts.Where(c => c.Value.Removes).Select(c => c.Key))
            .Where(Stored.Contains)
            .ToHashSet();

    private static bool TypeChanged(CatalogChange change) => change.Before.Kind == "column" && change.IsRedefined;

    private async Task<IReadOnlyList<TableLoss>> NewLossesAsync(
        IReadOnlyCollection<uint> tables,
        CancellationToken cancellationToken
    )
    {
        var found = new List<TableLoss>();
        foreach (var table in tables)
        {
            if (await measure.RunAsync(table, session, cancellationToken) is { } loss)
            {
                var more = losses.TryGetValue(table, out var known) ? LossDifference.Between(known, loss) : loss;
                losses[table] = loss;
                if (!more.IsNone)
                {
                    found.Add(more);
                }
            }
        }

        return found;
    }

    private async Task<IReadOnlyList<BuiltIndex>> IndexesAsync(
        CatalogChanges changes,
        CancellationToken cancellationToken
    )
    {
        var built = changes
            .Created.Where(o => o.Kind == "index" && Tables.ContainsKey(o.Parent))
            .ToDictionary(o => o.Key.Object);
        if (built.Count == 0)
        {
            return [];
        }

        var sizes = await session.LookAsync(
            c =>
                c.QueryAsync(
                    "SELECT oid, pg_relation_size(oid) FROM pg_class WHERE oid = ANY ($1)",
                    r => (Index: r.GetFieldValue<uint>(0), Bytes: r.GetInt64(1)),
                    cancellationToken,
                    built.Keys.ToArray()
                ),
            cancellationToken
        );
        return [.. sizes.Select(s => new BuiltIndex(built[s.Index].Name, Tables[built[s.Index].Parent], s.Bytes))];
    }

    /// <summary>True where a word of the statement is the object's own name.</summary>
    private static bool NamedIn(SqlStatement statement, CatalogObject gone)
    {
        var name = gone.Name.Split(" on ")[0].Split('(')[0].Split('.')[^1].Trim('"');
        return statement.Tokens.Any(t =>
            t.Kind is TokenKind.Word or TokenKind.QuotedName
            && statement.Text.AsSpan(t.Start, t.Length).Trim('"').Equals(name, StringComparison.OrdinalIgnoreCase)
        );
    }
}
