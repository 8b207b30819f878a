using Surety.Repository.Documents;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Repository.Storage;

namespace Surety.Repository.Marks;

/// <summary>
/// The marks of the backups: one small document for each backup and kind, replaced whole by the next result. So a listing
/// reads a few documents for a backup, whatever happened to it, and marks of different kinds cannot get in each other's way.
/// </summary>
public sealed class MarkStore
{
    internal const string Folder = "marks/";

    // Each takes several waits for the disk, and a verification marks every backup.
    private const int ParallelWrites = 8;

    private readonly IBlobStore store;
    private readonly DocumentCodec documents;

    internal MarkStore(IBlobStore store, DocumentCodec documents) => (this.store, this.documents) = (store, documents);

    /// <summary>Puts marks in the place of earlier ones of the same backup and kind; durable on return.</summary>
    public Task SetAsync(IEnumerable<BackupMark> marks, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = ParallelWrites,
            CancellationToken = cancellationToken,
        };
        return Parallel.ForEachAsync(
            marks,
            options,
            async (mark, token) =>
            {
                var name = NameOf(mark.Backup, mark.Kind);
                var document = documents.Write(DocumentKind.Mark, name, mark, RepositoryJson.Default.BackupMark);
                await store.WriteAsync(name, document, durable: true, token);
            }
        );
    }

    /// <summary>The marks of all backups. One that is damaged does not hide the others.</summary>
    public Task<MarkList> ListAsync(CancellationToken cancellationToken) => ReadAsync(Folder, null, cancellationToken);

    /// <summary>The marks of one kind of all backups.</summary>
    public Task<MarkList> ListAsync(string kind, CancellationToken cancellationToken) =>
        ReadAsync(Folder, kind, cancellationToken);

    /// <summary>The marks of one backup.</summary>
    public Task<MarkList> ListAsync(BackupId backup, CancellationToken cancellationToken) =>
        ReadAsync($"{Folder}{backup}/", null, cancellationToken);

    /// <summary>The backup that the name of a mark is about, or null where it is none.</summary>
    internal static BackupId? BackupOf(string name) =>
        name.Split('/') is [_, var backup, _] && BackupId.TryParse(backup, out var id) ? id : null;

    private async Task<MarkList> ReadAsync(string prefix, string? kind, CancellationToken cancellationToken)
    {
        var ending = $"/{kind}{DocumentFolder.Extension}";
        var found = await DocumentFolder.ReadAllAsync(
            store,
            prefix,
            name => kind is null || name.EndsWith(ending, StringComparison.Ordinal),
            TryReadAsync,
            cancellationToken
        );
        return new MarkList(found.Values, found.Damaged);
    }

    private async ValueTask<BackupMark?> TryReadAsync(string name, CancellationToken cancellationToken) =>
        await store.ReadAsync(name, cancellationToken) is { } document ? Read(name, document) : null;

    private BackupMark Read(string name, byte[] document)
    {
        var mark = documents.Read(DocumentKind.Mark, name, document, RepositoryJson.Default.BackupMark);
        return NameOf(mark.Backup, mark.Kind) == name
            ? mark
            : throw new SuretyException(
                ErrorCode.RepositoryDamaged,
                $"{name} is damaged: it is the mark {mark.Kind} of backup {mark.Backup}",
                "remove it; the next check of the backup writes it again"
            )
            {
                Object = name,
            };
    }

    private static string NameOf(BackupId backup, string kind) => $"{Folder}{backup}/{kind}{DocumentFolder.Extension}";
}
