using Surety.Core.Rollback.Swap;

namespace Surety.Core.Rollback;

/// <summary>A strategy, and why it fits, as the end of a sentence.</summary>
internal readonly record struct StrategyChoice(RollbackStrategy Strategy, string Why)
{
    /// <summary>
    /// The one asked for; else the least intrusive that the situation allows. A rewind changes nothing but the rows that
    /// differ; a swap interrupts for a moment and keeps the old database, where replacing locks everything until the last
    /// row is back.
    /// </summary>
    public static async Task<StrategyChoice> MakeAsync(RollbackSituation situation, CancellationToken cancellationToken)
    {
        var options = situation.Options;
        if (options.Strategy is { } wanted)
        {
            return new(wanted, "it was asked for");
        }

        var schema = situation.Schema.Identical
            ? "the schema is the same"
            : $"{Units.Count(situation.Schema.Differences.Count, "definition")} of the schema changed";
        if (options.Tables.Count > 0 || situation.Schema.Identical)
        {
            return new(
                RollbackStrategy.Rewind,
                options.Tables.Count > 0 ? "only rows of some tables are wanted" : schema
            );
        }

        if (options.IsLimited)
        {
            return new(RollbackStrategy.Replace, $"{schema}, and only a part of the database is rolled back");
        }

        var obstacles = await SwapObstacles.FindAsync(situation, cancellationToken);
        return obstacles.Count == 0
            ? new(RollbackStrategy.Swap, $"{schema}, and role {situation.Server.Role} may create databases")
            : new(RollbackStrategy.Replace, $"{schema}, and a swap is not possible: {string.Join("; ", obstacles)}");
    }
}
