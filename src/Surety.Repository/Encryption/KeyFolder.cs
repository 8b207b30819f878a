using System.Security.Cryptography;
using System.Text;
using Surety.Repository.Documents;
using Surety.Repository.Errors;
using Surety.Repository.Storage;

namespace Surety.Repository.Encryption;

/// <summary>The documents below <c>keys/</c>, and the way from a secret through one of them to the repository's key.</summary>
internal static class KeyFolder
{
    /// <summary>
    /// The keys of a repository. Those of another are passed over: an <c>init</c> that was killed leaves one, and it
    /// opens nothing here.
    /// </summary>
    public static async Task<DocumentsRead<KeyDocument>> ReadAsync(
        IBlobStore store,
        string repositoryId,
        CancellationToken cancellationToken
    )
    {
        var found = await DocumentFolder.ReadAllAsync(
            store,
            KeyDocument.Folder,
            isWanted: null,
            async (name, token) =>
                await store.ReadAsync(name, token) is { } bytes ? KeyDocument.FromBytes(name, bytes) : null,
            cancellationToken
        );
        return found with { Values = [.. found.Values.Where(key => key.Repository == repositoryId)] };
    }

    /// <summary>Stores a new key, durable on return.</summary>
    public static async Task CreateAsync(IBlobStore store, KeyDocument key, CancellationToken cancellationToken)
    {
        if (!await store.TryCreateAsync(key.Name, key.ToBytes(), cancellationToken))
        {
            throw new SuretyException(ErrorCode.Internal, $"there is a key {key.Id} already; nothing was changed");
        }
    }

    /// <summary>
    /// Finds the key document that the secret of <paramref name="source"/> opens.
    /// <see cref="ErrorCode.WrongKey"/> where there is no secret, or it opens none.
    /// </summary>
    public static async Task<(RepositoryKey Key, string OpenedBy)> OpenAsync(
        IBlobStore store,
        RepositoryInfo info,
        IKeySource source,
        CancellationToken cancellationToken
    )
    {
        using var secret =
            await source.FindAsync(store.Location, cancellationToken)
            ?? throw Wrong(
                $"{store.Location} is encrypted, and no key was given; nothing was changed",
                "set SURETY_PASSPHRASE, SURETY_PASSPHRASE_FILE or SURETY_KEY_FILE, "
                    + "or name passphrase_file or key_file with the repository in surety.yaml"
            );
        var documents = await ReadAsync(store, info.Id, cancellationToken);
        foreach (var document in documents.Values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (document.TryUnwrap(secret) is { } key)
            {
                return (RequireThatOf(info, key, store.Location), document.Id);
            }
        }

        throw OpensNone(store.Location, secret.Kind, documents);
    }

    private static RepositoryKey RequireThatOf(RepositoryInfo info, RepositoryKey key, string location)
    {
        if (
            CryptographicOperations.FixedTimeEquals(
                Encoding.ASCII.GetBytes(key.Check()),
                Encoding.ASCII.GetBytes(info.Encryption!.Check)
            )
        )
        {
            return key;
        }

        key.Dispose();
        throw Wrong(
            $"{RepositoryInfo.Name} of {location} does not belong to the key that was given; nothing was changed",
            $"bring {RepositoryInfo.Name} back from a copy of the repository"
        );
    }

    private static SuretyException OpensNone(string location, KeyKind kind, DocumentsRead<KeyDocument> documents)
    {
        var given = kind == KeyKind.Passphrase ? "passphrase" : "key file";
        var candidates = documents.Values.Count(document => document.Kind == kind);
        var damaged = documents.Damaged is [var first, ..] ? $"; {first.Error.Message}" : "";
        return candidates == 0
            ? Wrong(
                $"no key of {location} is a {given}{damaged}; nothing was changed",
                kind == KeyKind.Passphrase ? "give a key file: SURETY_KEY_FILE" : "give a passphrase: SURETY_PASSPHRASE"
            )
            : Wrong(
                $"the {given} opens no key of {location}{damaged}; nothing was changed",
                "check that it is the one of this repository"
            );
    }

    private static SuretyException Wrong(string fact, string hint) => new(ErrorCode.WrongKey, fact, hint);
}
