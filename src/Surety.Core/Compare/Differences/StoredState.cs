using Surety.Core.Postgres;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;

namespace Surety.Core.Compare.Differences;

/// <summary>One side of a difference: a backup, or a database that was read as a backup would.</summary>
/// <param name="Objects">Where its chunks are.</param>
internal sealed record StoredState(BackupContents Contents, ObjectStore Objects)
{
    /// <summary>Tables whose rows could not be read, and why.</summary>
    public IReadOnlyDictionary<QualifiedName, string> Unreadable { get; init; } =
        new Dictionary<QualifiedName, string>();
}
