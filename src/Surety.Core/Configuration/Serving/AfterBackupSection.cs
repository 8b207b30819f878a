using System.Globalization;
using Surety.Repository.Retention;

namespace Surety.Core.Configuration.Serving;

/// <summary>What follows every backup of a database that the server makes, as <c>after-backup</c> says, in this order.</summary>
/// <param name="Verify">Reads the new backup's bytes again.</param>
/// <param name="CopyTo">Names of the repositories that it is copied to.</param>
/// <param name="Prune">Applies the retention.</param>
/// <param name="Drill">How often it is restored for proof; null for never.</param>
public sealed record AfterBackupSection(bool Verify, IReadOnlyList<string> CopyTo, bool Prune, DrillPace? Drill)
{
    private static readonly string[] Keys = ["verify", "copy", "prune", "drill"];

    /// <summary>Without a section a backup is verified: one that nobody has read is not proven.</summary>
    public static AfterBackupSection Standard { get; } = new(Verify: true, [], Prune: false, Drill: null);

    internal static AfterBackupSection? Read(ConfigurationNode? node) =>
        node?.Entries(Keys) is { } fields
            ? new AfterBackupSection(
                fields.Switch("verify") ?? true,
                [.. fields.Texts("copy").Select(value => value.Written)],
                fields.Switch("prune") ?? false,
                DrillPace.Read(fields.Text("drill"))
            )
            : null;
}

/// <summary>A drill every so many backups, or after so much time; one of the two.</summary>
public sealed record DrillPace(int? Backups, TimeSpan? Time)
{
    internal static DrillPace? Read(ConfigurationValue? value) =>
        value is null ? null
        : int.TryParse(value.Written, NumberStyles.None, CultureInfo.InvariantCulture, out var backups) && backups > 0
            ? new DrillPace(backups, null)
        : DurationText.TryParse(value.Written, out var time) && time > TimeSpan.Zero ? new DrillPace(null, time)
        : throw value.Place.Error(
            $"{value.Place.Key} is neither a number of backups nor a time",
            "write it as 10 (every tenth backup) or 7d"
        );
}
