using System.Text.Json.Serialization;
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
    /// <summary>Those whose manifest could be read.</summary>
    [JsonIgnore]
    public IReadOnlyList<BackupId> CheckedBackups { get; init; } = [];

    /// <summary>What the backups that were checked are to be marked with: sound, or what hurts them.</summary>
    public IEnumerable<BackupMark> Marks(DateTimeOffset at) =>
        CheckedBackups.Select(backup =>
        {
            var damage = Damaged.FirstOrDefault(damaged => damaged.Backups.Contains(backup.ToString()));
            return new BackupMark
            {
                Backup = backup,
                Kind = BackupMark.Verified,
                At = at,
                Passed = damage is null,
                Reason = damage?.Fact,
            };
        });
}

/// <summary>One damaged, missing or unreadable piece.</summary>
/// <param name="Object">The object's id, or the blob's name where it is a document.</param>
/// <param name="Backups">Ids of the backups that it hurts, oldest first.</param>
/// <param name="Reason">What is wrong, as a lower-case fact.</param>
public sealed record VerifyDamage(string Object, IReadOnlyList<string> Backups, string Reason)
{
    /// <summary>The reason with the piece that it is about.</summary>
    [JsonIgnore]
    public string Fact => Reason.Contains(Object, StringComparison.Ordinal) ? Reason : $"{Object}: {Reason}";
}
