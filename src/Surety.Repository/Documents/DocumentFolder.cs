using System.Collections.Concurrent;
using Surety.Repository.Errors;
using Surety.Repository.Storage;

namespace Surety.Repository.Documents;

/// <summary>Reads all documents of a folder. One that is damaged does not hide the others.</summary>
internal static class DocumentFolder
{
    public const string Extension = ".json";

    // Enough to hide the latency of a bucket; more only queues.
    private const int ParallelReads = 8;

    /// <param name="store">Where the folder is.</param>
    /// <param name="prefix">What the names begin with.</param>
    /// <param name="isWanted">Which of the names to read; null for all.</param>
    /// <param name="read">Reads one; null where it has been removed since the listing.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>In the order of the names.</returns>
    public static async Task<DocumentsRead<T>> ReadAllAsync<T>(
        IBlobStore store,
        string prefix,
        Func<string, bool>? isWanted,
        Func<string, CancellationToken, ValueTask<T?>> read,
        CancellationToken cancellationToken
    )
        where T : class
    {
        var names = new List<string>();
        await foreach (var blob in store.ListAsync(prefix, cancellationToken))
        {
            if (blob.Name.EndsWith(Extension, StringComparison.Ordinal) && (isWanted?.Invoke(blob.Name) ?? true))
            {
                names.Add(blob.Name);
            }
        }

        var documents = new ConcurrentBag<(string Name, T Value)>();
        var damaged = new ConcurrentBag<DamagedDocument>();
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = ParallelReads,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(
            names,
            options,
            async (name, token) =>
            {
                try
                {
                    RequireName(name);
                    if (await read(name, token) is { } value)
                    {
                        documents.Add((name, value));
                    }
                }
                catch (SuretyException e) when (!e.IsOutage)
                {
                    damaged.Add(new DamagedDocument(name, e));
                }
            }
        );
        return new DocumentsRead<T>(
            [.. documents.OrderBy(d => d.Name, StringComparer.Ordinal).Select(d => d.Value)],
            [.. damaged.OrderBy(d => d.Name, StringComparer.Ordinal)]
        );
    }

    // A store takes no such name: a copy that a file manager made, or what it keeps beside a file.
    private static void RequireName(string name)
    {
        if (!BlobName.IsValid(name))
        {
            throw new SuretyException(
                ErrorCode.RepositoryDamaged,
                $"{name} is no document of a repository: its name cannot be one",
                "somebody else put it there: move it out of the repository"
            )
            {
                Object = name,
            };
        }
    }
}

internal readonly record struct DocumentsRead<T>(IReadOnlyList<T> Values, IReadOnlyList<DamagedDocument> Damaged);
