namespace Surety.Repository.Storage.S3;

/// <summary>A bucket, or a part of one, of Amazon S3 or of a service that speaks its protocol.</summary>
/// <param name="Bucket">Its name. Surety never makes a bucket: its settings are its owner's.</param>
/// <param name="Prefix">What every key begins with, before a <c>/</c>; empty for the whole bucket.</param>
public sealed record S3Place(string Bucket, string Prefix) : RepositoryPlace
{
    /// <summary>Address of the service; null for Amazon's in <see cref="Region"/>.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Null: what the AWS profile or the machine's role says, and <c>us-east-1</c> of another service.</summary>
    public string? Region { get; init; }

    /// <summary>
    /// The bucket in the path instead of the host name. Null: in the path for a service of one's own, as MinIO and Ceph
    /// want it, in the host name for Amazon.
    /// </summary>
    public bool? PathStyle { get; init; }

    /// <summary>A profile of the AWS configuration files; null for the usual one.</summary>
    public string? Profile { get; init; }

    /// <summary>Null: the usual places, which are the AWS variables, the profile, and the machine's role.</summary>
    public S3Keys? Keys { get; init; }

    /// <summary>As people write it: <c>s3://bucket/prefix</c>.</summary>
    public string Location => Prefix.Length == 0 ? $"s3://{Bucket}" : $"s3://{Bucket}/{Prefix}";

    public override IOpenBlobStore Open(TimeProvider clock) => S3BlobStore.Open(this, clock);

    public override IOpenBlobStore Create(TimeProvider clock) => Open(clock);
}

/// <summary>Credentials. Not a record: nothing may print them.</summary>
public sealed class S3Keys(string accessKey, string secretKey, string? sessionToken)
{
    internal string AccessKey { get; } = accessKey;

    internal string SecretKey { get; } = secretKey;

    /// <summary>Null for keys that do not expire.</summary>
    internal string? SessionToken { get; } = sessionToken;
}
