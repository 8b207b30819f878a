namespace Surety.Repository.Documents;

/// <summary>What a document is; its name is in the envelope, so that no document is taken for one of another kind.</summary>
internal static class DocumentKind
{
    public const string Repository = "repository";
    public const string Manifest = "manifest";
    public const string Lock = "lock";
    public const string Journal = "journal";
    public const string Mark = "mark";
    public const string Key = "key";
    public const string Verified = "verified";
}
