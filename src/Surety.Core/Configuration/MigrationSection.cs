using Surety.Core.Guard;
using Surety.Core.Migrations.Runs;

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
            fields.Word<RehearsalWish>("rehearse"),
            fields.Duration("lock-timeout", "5s or 500ms"),
            fields.Word<OnFailure>("on-failure")
        );
    }
}
