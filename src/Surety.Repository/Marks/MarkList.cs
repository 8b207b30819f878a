using Surety.Repository.Documents;
using Surety.Repository.Manifests;

namespace Surety.Repository.Marks;

/// <summary>Marks, and those that could not be read; whoever lists must show these too.</summary>
public sealed class MarkList
{
    private readonly Dictionary<(BackupId, string), BackupMark> marks;

    internal MarkList(IEnumerable<BackupMark> marks, IReadOnlyList<DamagedDocument> damaged)
    {
        this.marks = marks.ToDictionary(mark => (mark.Backup, mark.Kind));
        Damaged = damaged;
    }

    public IReadOnlyList<DamagedDocument> Damaged { get; }

    public IEnumerable<BackupMark> All => marks.Values;

    /// <summary>The mark of a kind that a backup has, or null.</summary>
    public BackupMark? Find(BackupId backup, string kind) => marks.GetValueOrDefault((backup, kind));

    /// <summary>
    /// The check that proves a backup, or null. A drill says more than a verification: where one failed, only another takes
    /// that back; where one passed, only damage that was found since does.
    /// </summary>
    public BackupMark? FindProof(BackupId backup)
    {
        var verified = Find(backup, BackupMark.Verified);
        return Find(backup, BackupMark.Drilled) switch
        {
            null => verified is { Passed: true } ? verified : null,
            { Passed: true } drilled when verified is null or { Passed: true } || verified.At <= drilled.At => drilled,
            _ => null,
        };
    }
}
