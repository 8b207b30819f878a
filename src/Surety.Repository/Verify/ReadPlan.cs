using Surety.Repository.Objects;

namespace Surety.Repository.Verify;

/// <summary>Which objects a verification reads: those of some slices that are due.</summary>
internal sealed class ReadPlan
{
    private readonly IReadOnlyList<ObjectId>[] due;

    private ReadPlan(IReadOnlyList<ObjectId>[] due, IReadOnlyList<int> slices, DateTimeOffset dueBefore) =>
        (this.due, Slices, DueBefore) = (due, slices, dueBefore);

    /// <summary>Those of which everything is read that is due, in this order.</summary>
    public IReadOnlyList<int> Slices { get; }

    /// <summary>Due is what was never read, or not since.</summary>
    public DateTimeOffset DueBefore { get; }

    /// <summary>The objects to read, one slice after the other.</summary>
    public IEnumerable<ObjectId> Objects => Slices.SelectMany(slice => due[slice]);

    /// <summary>How many of a slice are to be read.</summary>
    public int CountOf(int slice) => due[slice].Count;

    /// <param name="inventory">Whatever can be read; told what is chosen.</param>
    /// <param name="verified">What was read before.</param>
    /// <param name="limits">How much is wanted.</param>
    /// <param name="now">By the store's clock.</param>
    public static ReadPlan Make(
        ObjectInventory inventory,
        VerifiedSlices verified,
        VerifyLimits limits,
        DateTimeOffset now
    )
    {
        var dueBefore = limits.OlderThan is { } age ? now - age : DateTimeOffset.MaxValue;
        var due = new List<ObjectId>[VerifiedSlices.Count];
        for (var slice = 0; slice < due.Length; slice++)
        {
            due[slice] = [];
        }

        foreach (var (id, named) in inventory.All)
        {
            if (!(verified.LastRead(id, named.Born) >= dueBefore))
            {
                due[id.FirstByte].Add(id);
            }
        }

        var plan = new ReadPlan(due, [.. Choose(due, inventory, verified, limits.Subset)], dueBefore);
        foreach (var id in plan.Objects)
        {
            inventory.Choose(id);
        }

        return plan;
    }

    private static IEnumerable<int> Choose(
        List<ObjectId>[] due,
        ObjectInventory inventory,
        VerifiedSlices verified,
        DataSubset? subset
    )
    {
        var all = Enumerable.Range(0, VerifiedSlices.Count);
        return subset switch
        {
            null => all,
            { Parts: > 0 } fixedPart => all.Where(slice => slice % fixedPart.Parts == fixedPart.Part - 1),
            _ => LongestUnread(due, inventory, verified, subset),
        };
    }

    /// <summary>
    /// Whole slices until there is enough. In their order counts what was read before, not what is new in them: new objects
    /// come into every slice every day, and would keep the others waiting for ever.
    /// </summary>
    private static IEnumerable<int> LongestUnread(
        List<ObjectId>[] due,
        ObjectInventory inventory,
        VerifiedSlices verified,
        DataSubset subset
    )
    {
        var left = subset.BudgetOf(inventory.All.Sum(entry => entry.Value.StoredLength));
        var waiting = Enumerable
            .Range(0, VerifiedSlices.Count)
            .Where(slice => due[slice].Count > 0)
            .OrderBy(slice => verified[slice].Oldest ?? DateTimeOffset.MinValue);
        foreach (var slice in waiting)
        {
            if (left <= 0)
            {
                yield break;
            }

            left -= due[slice].Sum(id => inventory[id].StoredLength);
            yield return slice;
        }
    }
}
