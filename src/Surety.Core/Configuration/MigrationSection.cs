using Surety.Core.Guard;
using Surety.Core.Migrations.Runs;
using Surety.Repository.Retention;
using Fields = System.Collections.Generic.Dictionary<string, Surety.Core.Configuration.ConfigurationNode>;

namespace Surety.Core.Configuration;

/// <summary>What <c>migrations</c> in <c>surety.yaml</c> says; null is not said. No risk can be allowed by a file.</summary>
public sealed record MigrationSection(
    RehearsalWish? Rehearse = null,
    TimeSpan? LockTimeout = null,
    OnFailure? OnFailure = null
)
{
    private static readonly string[] Keys = ["rehearse", "lock-timeout", "on-failure"];

    /// <summary>This, and where it says nothing the other.</summary>
    public MigrationSection Or(MigrationSection? other) =>
        new(Rehearse ?? other?.Rehearse, LockTimeout ?? other?.LockTimeout, OnFailure ?? other?.OnFailure);

    /// <summary>Null where the section is not there.</summary>
    internal static MigrationSection? Read(ConfigurationNode? node)
    {
        if (node is null)
        {
            return null;
        }

        var fields = node.Entries(Keys);
        return new MigrationSection(
            Word<RehearsalWish>(fields, "rehearse"),
            Duration(fields, "lock-timeout"),
            Word<OnFailure>(fields, "on-failure")
        );
    }

    private static T? Word<T>(Fields fields, string key)
        where T : struct, Enum
    {
        if (fields.GetValueOrDefault(key)?.Text() is not { } value)
        {
            return null;
        }

        var words = Enum.GetNames<T>().Select(name => name.ToLowerInvariant()).ToArray();
        var index = Array.IndexOf(words, value.Written);
        return index >= 0
            ? Enum.GetValues<T>()[index]
            : throw value.Place.Error(
                $"{value.Place.Key} cannot be '{value.Written}'",
                $"it is {string.Join(", ", words)}"
            );
    }

    private static TimeSpan? Duration(Fields fields, string key)
    {
        if (fields.GetValueOrDefault(key)?.Text() is not { } value)
        {
            return null;
        }

        return DurationText.TryParse(value.Written, out var duration)
            ? duration
            : throw value.Place.Error($"{value.Place.Key} has to be a duration", "write it as 5s or 500ms");
    }
}
