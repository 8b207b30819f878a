using System.Text.Json;
using Surety.Repository.Documents;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;

namespace Surety.Repository.Prune;

/// <summary>
/// The object ids in what a backup holds, without making objects of all the rest: a repository has hundreds of millions of
/// them. Whatever looks like an id counts as one, also a table of such a name: too much is kept then, never too little.
/// </summary>
internal static class ContentsIds
{
    private const int BufferLength = 256 * 1024;

    /// <summary>Tells every object that a backup names, some of them several times. Every byte is checked on the way.</summary>
    public static async Task ReadAsync(
        BackupRepository repository,
        Manifest manifest,
        Action<ObjectId> found,
        CancellationToken cancellationToken
    )
    {
        foreach (var part in manifest.Contents.Parts)
        {
            found(part);
        }

        await using var contents = repository.Objects.OpenStream(manifest.Contents);
        try
        {
            await ReadAsync(contents, found, cancellationToken);
        }
        catch (JsonException e)
        {
            throw DocumentCodec.NotUnderstood($"the contents of backup {manifest.Id}", e);
        }
    }

    private static async Task ReadAsync(Stream json, Action<ObjectId> found, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferLength];
        var state = new JsonReaderState();
        var filled = 0;
        int read;
        do
        {
            read = await json.ReadAsync(buffer.AsMemory(filled), cancellationToken);
            filled += read;
            var consumed = Tokens(buffer.AsSpan(0, filled), isLast: read == 0, ref state, found);
            filled -= consumed;
            buffer.AsSpan(consumed, filled).CopyTo(buffer);
            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, filled * 2);
            }
        } while (read > 0);
    }

    /// <summary>Returns how many bytes were read through: the rest is the beginning of a token.</summary>
    private static int Tokens(ReadOnlySpan<byte> json, bool isLast, ref JsonReaderState state, Action<ObjectId> found)
    {
        var reader = new Utf8JsonReader(json, isLast, state);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.String && ObjectId.TryParse(reader.ValueSpan, out var id))
            {
                found(id);
            }
        }

        state = reader.CurrentState;
        return (int)reader.BytesConsumed;
    }
}
