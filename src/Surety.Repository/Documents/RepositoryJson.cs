using System.Text.Json;
using System.Text.Json.Serialization;
using Surety.Repository.Encryption;
using Surety.Repository.Journal;
using Surety.Repository.Locks;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;
using Surety.Repository.Verify;

namespace Surety.Repository.Documents;

/// <summary>
/// How documents are written as JSON. Strict: an unknown, a doubled or a missing member is refused, since guessing
/// what a newer Surety meant by it could restore something else than was backed up.
/// </summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [
        typeof(ObjectIdConverter),
        typeof(BackupIdConverter),
        typeof(ReceiptConverter),
        typeof(ChunkEntryConverter),
        typeof(RowFormatConverter),
        typeof(KeyKindConverter),
        typeof(UtcTimeConverter),
    ]
)]
[JsonSerializable(typeof(RepositoryDocument))]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(BackupContents))]
[JsonSerializable(typeof(LockDocument))]
[JsonSerializable(typeof(JournalRecord))]
[JsonSerializable(typeof(BackupMark))]
[JsonSerializable(typeof(KeyDocument))]
[JsonSerializable(typeof(VerifiedDocument))]
internal sealed partial class RepositoryJson : JsonSerializerContext;
