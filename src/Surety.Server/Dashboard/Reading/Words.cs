using System.Globalization;
using Surety.Core;
using Surety.Core.Configuration.Serving;
using Surety.Repository.Journal;
using Surety.Repository.Retention;
using Surety.Server.Dashboard.Controls;
using Surety.Server.Runs;

namespace Surety.Server.Dashboard.Reading;

/// <summary>How pages say things.</summary>
internal static class Words
{
    public static string Ago(TimeSpan age) => age < TimeSpan.FromMinutes(1) ? "just now" : $"{Units.Age(age)} ago";

    public static string Of(RunState state) =>
        state switch
        {
            RunState.NotSound => "not sound",
            _ => state.ToString().ToLowerInvariant(),
        };

    public static Level LevelOf(RunState state) =>
        state switch
        {
            RunState.Done => Level.Good,
            RunState.NotSound or RunState.Failed => Level.Bad,
            RunState.Refused or RunState.Interrupted => Level.Caution,
            RunState.Running => Level.Active,
            _ => Level.Plain,
        };

    public static Level LevelOfOutcome(string outcome) =>
        outcome switch
        {
            JournalRecord.Done => Level.Good,
            JournalRecord.Failed => Level.Bad,
            JournalRecord.Incomplete or JournalRecord.Refused or JournalRecord.RolledBack => Level.Caution,
            _ => Level.Plain,
        };

    public static Level LevelOfRisk(string risk) =>
        risk switch
        {
            "none" => Level.Good,
            "low" => Level.Plain,
            "medium" => Level.Caution,
            _ => Level.Bad,
        };

    /// <summary>Which backups are kept.</summary>
    public static string Of(RetentionRules rules)
    {
        (string Name, int? Number)[] counts =
        [
            ("last", rules.Last),
            ("hourly", rules.Hourly),
            ("daily", rules.Daily),
            ("weekly", rules.Weekly),
            ("monthly", rules.Monthly),
            ("yearly", rules.Yearly),
        ];
        var parts = counts.Where(rule => rule.Number is not null).Select(rule => $"{rule.Name} {rule.Number}").ToList();
        if (rules.Within is { } within)
        {
            parts.Add($"within {DurationText.Of(within)}");
        }

        parts.AddRange(rules.Tags.Select(tag => $"tag {tag.Key}={tag.Value}"));
        return rules.IsEmpty ? "keeps everything" : string.Join(", ", parts);
    }

    /// <summary>What becomes of runs that nobody was there for.</summary>
    public static string Of(MissedRuns missed) => missed == MissedRuns.Run ? "once, as soon as can be" : "skipped";

    /// <summary>What follows a backup by itself.</summary>
    public static string Of(AfterBackupSection after)
    {
        List<string> steps = after.Verify ? ["verify"] : [];
        steps.AddRange(after.CopyTo.Select(repository => $"copy to {repository}"));
        if (after.Prune)
        {
            steps.Add("prune");
        }

        if (after.Drill is { } drill)
        {
            var pace = drill.Backups is { } every ? Units.Count(every, "backup") : DurationText.Of(drill.Time!.Value);
            steps.Add($"drill every {pace}");
        }

        return steps.Count == 0 ? "nothing" : string.Join(", ", steps);
    }

    /// <summary>What a run is, as a heading.</summary>
    public static string Title(Run run) =>
        IsPlan(run)
            ? $"Plan of a {run.Request.Operation}"
            : run.Request.Operation switch
            {
                "verify" => "Verification",
                "validate" => "Validation",
                "diff" => "Differences",
                "rehearse" => "Rehearsal",
                var other => Capital(other),
            };

    /// <summary>True where it shows what would be done, and does nothing.</summary>
    public static bool IsPlan(Run run) =>
        run.Request.Operation is "rollback" or "prune" && run.Request.Arguments.Contains("--dry-run");

    /// <summary><c>7 days</c>; less than two days in hours and minutes.</summary>
    public static string Roughly(TimeSpan span) =>
        span.TotalDays >= 2 ? Units.Count((long)span.TotalDays, "day") : Units.Duration(span);

    /// <summary><c>99.95 %</c>; all of it is <c>100 %</c>, and nothing less is.</summary>
    public static string Percent(double part) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(part * 10_000) / 100:0.##} %");

    /// <summary><c>3.2 x</c>.</summary>
    public static string Times(double ratio) => string.Create(CultureInfo.InvariantCulture, $"{ratio:0.0#} ×");

    public static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
