using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Live;

namespace Surety.Cli.Output.Reports;

/// <summary>What a database tells of scripts, for people.</summary>
internal static class LiveText
{
    /// <summary>What a statement meets there, on one line; null where it touches nothing.</summary>
    public static string? Of(RatedStatement statement, LiveFacts? live) =>
        live?.Of(statement) is { Count: > 0 } found ? string.Join("; ", found.Select(Of)) : null;

    private static string Of(LiveObject found)
    {
        if (!found.Exists)
        {
            return $"{found.Name} is not in the database";
        }

        var parts = new List<string>();
        if (found.Rows is { } rows)
        {
            parts.Add($"about {Units.Count(rows, "row")}");
        }

        if (found.SizeBytes is { } bytes)
        {
            parts.Add(Units.Bytes(bytes));
        }

        parts.Add(found.Dependents == 0 ? "nothing depends on it" : Dependents(found));
        return $"{found.Kind} {found.Name}: {string.Join(", ", parts)}";
    }

    private static string Dependents(LiveObject found)
    {
        var more = found.Dependents - found.DependentNames.Count;
        var named = string.Join(", ", found.DependentNames);
        var verb = found.Dependents == 1 ? "depends" : "depend";
        return $"{Units.Count(found.Dependents)} {verb} on it ({named}{(more > 0 ? $" and {Units.Count(more)} more" : "")})";
    }

    /// <summary>The database, and the way back from whatever is done to it.</summary>
    public static string Summary(LiveFacts live) =>
        $"database {live.Database} (PostgreSQL {live.ServerVersion})\n  way back: {Backup(live.Backup)}\n";

    private static string Backup(BackupStanding standing)
    {
        var remedy = standing.Remedy is null ? "" : $": {standing.Remedy}";
        if (standing.Backup is not { } backup)
        {
            return $"NONE; {standing.Missing}{remedy}";
        }

        var proof = standing.Proof switch
        {
            BackupProof.Drilled => $"proven by a drill {Units.Time(standing.ProvenAt!.Value)}",
            BackupProof.Verified => $"verified {Units.Time(standing.ProvenAt!.Value)}",
            _ => "NOT PROVEN",
        };
        var restore = standing.RestoreSeconds is { } seconds
            ? $", a restore took {Units.Duration(TimeSpan.FromSeconds(seconds))}"
            : "";
        var missing = standing.Missing is null ? "" : $"; {standing.Missing}{remedy}";
        return $"backup {backup.Id}, {Units.Age(standing.Age ?? default)} old, {proof}{restore}{missing}";
    }
}
