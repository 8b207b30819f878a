using Surety.Repository.Manifests;
using Surety.Repository.Marks;

namespace Surety.Repository.Verify;

/// <summary>What a verification found.</summary>
/// <param name="Backups">Number of backups whose objects were checked.</param>
/// <param name="ObjectsChecked">Number of distinct objects that were read.</param>
/// <param name="BytesRead">Stored bytes of the objects that were read, in bytes.</param>
/// <param name="Damaged">Everything that is not as it was written; empty for a sound repository.</param>
public sealed record VerifyReport(int Backups, long ObjectsChecked, long BytesRead, IReadOnlyList<VerifyDamage> Damaged)
{
    public UnreadData Unread { get; init; } = new(0, 0, 0, 0, null);

    /// <summary>False where the next verification cannot know what this one has read.</summary>
    public bool IsProgressKept { get; init; }

    /// <summary>Those whose manifest could be read.</summary>
    public IReadOnlyList<BackupId> CheckedBackups { get; init; } = [];

    /// <summary>
    /// Where not everything was read: the backups of which everything was, by this or an earlier verification, and when that
    /// was of what was read the longest ago. Null where everything was read.
    /// </summary>
    public IReadOnlyDictionary<BackupId, DateTimeOffset>? ProvenAt { get; init; }

    /// <summary>What the backups that were checked are to be marked with: sound, or what hurts them.</summary>
    /// <param name="at">When the verification ended.</param>
    /// <param name="before">The marks that they have: a newer one says more than reads of long ago.</param>
    public IEnumerable<BackupMark> Marks(DateTimeOffset at, MarkList? before = null)
    {
        foreach (var backup in CheckedBackups)
        {
            var damage = Damaged.FirstOrDefault(damaged => damaged.Backups.Contains(backup.ToString()));
            if (damage is not null || ProvenAt is null)
            {
                yield return Mark(backup, at, damage);
            }
            else if (ProvenAt.TryGetValue(backup, out var proven) && !IsKnownSince(proven, before, backup))
            {
                yield return Mark(backup, proven, damage: null);
            }
        }
    }

    private static bool IsKnownSince(DateTimeOffset proven, MarkList? before, BackupId backup) =>
        before?.Find(backup, BackupMark.Verified)?.At >= proven;

    private static BackupMark Mark(BackupId backup, DateTimeOffset at, VerifyDamage? damage) =>
        new()
        {
            Backup = backup,
            Kind = BackupMark.Verified,
            At = at,
            Passed = damage is null,
            Reason = damage?.Fact,
        };
}

/// <summary>One damaged, missing or unreadable piece.</summary>
/// <param name="Object">The object's id, or the blob's name where it is a document.</param>
/// <param name="Backups">Ids of the backups that it hurts, oldest first.</param>
/// <param name="Reason">What is wrong, as a lower-case fact.</param>
public sealed record VerifyDamage(string Object, IReadOnlyList<string> Backups, string Reason)
{
    /// <summary>The reason with the piece that it is about.</summary>
    public string Fact => Reason.Contains(Object, StringComparison.Ordinal) ? Reason : $"{Object}: {Reason}";
}
