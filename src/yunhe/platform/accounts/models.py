"""People who sign in, and what they sign in with."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.database.encryption import EncryptedTextField
from yunhe.platform.database.scope import MY_USER, Scope


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: object) -> User:
        """Create an account; without a password it cannot sign in with one."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class Theme(models.TextChoices):
    """How pages look."""

    AUTO = "auto", _("as the device")
    LIGHT = "light", _("light")
    DARK = "dark", _("dark")


class User(AbstractBaseUser):
    """An account. What it may see and do comes from grants (platform/access)."""

    scope = Scope.where(
        f"(id = {MY_USER} OR EXISTS"  # noqa: S608  constants only
        " (SELECT 1 FROM access_grant g WHERE g.user_id = {table}.id))"
    )
    audit_hidden = ("password",)
    audit_ignored = ("last_login",)

    username = models.CharField(_("user name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("mobile"), max_length=20, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    must_change_password = models.BooleanField(_("must choose a new password"), default=False)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default="zh-hans"
    )
    theme = models.CharField(_("theme"), max_length=10, choices=Theme, default=Theme.AUTO)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.name or self.username


class Session(models.Model):
    """A signed-in browser. The cookie's value is kept only as its SHA-256."""

    scope = Scope.private("user")
    audit_hidden = ("key_hash", "data")
    audit_ignored = ("last_seen_at", "expires_at", "data")

    key_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    data = models.TextField()
    address = models.GenericIPAddressField(_("address"), null=True)
    agent = models.CharField(_("device"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("signed in"), default=timezone.now)
    last_seen_at = models.DateTimeField(_("last seen"), default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self) -> str:
        return f"{self.user_id}@{self.address}"


class Totp(models.Model):
    """The second factor: a time-based one-time password (RFC 6238), 6 digits, 30 seconds.

    `last_step` is the newest time step already used: a code works once.
    """

    scope = Scope.private("user")
    audit_hidden = ("secret",)
    audit_ignored = ("last_step",)

    user = models.OneToOneField(User, models.CASCADE, related_name="totp")
    secret = EncryptedTextField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("authenticator")
        verbose_name_plural = _("authenticators")

    def __str__(self) -> str:
        return str(self.user_id)


class RecoveryCode(models.Model):
    """A code that replaces the authenticator once; 80 random bits, kept as SHA-256."""

    scope = Scope.private("user")
    audit_hidden = ("code_hash",)

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "code_hash"], name="accounts_recovery_code_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ApiToken(models.Model):
    """A key for a program, limited to some of its owner's permissions and to a time.

    The key itself (`yh_…`) is shown once; kept are its SHA-256 and its last four characters.
    """

    scope = Scope.private("user")
    audit_hidden = ("key_hash",)
    audit_ignored = ("last_used_at",)

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=60)
    key_hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=4)
    permissions = models.JSONField(_("permissions"), default=list)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.name


class Throttle(models.Model):
    """Failed sign-ins of one account name or one address within the running window."""

    scope = Scope.system()
    audited = False  # counters that a guesser drives; the security log has every attempt

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    window_ends_at = models.DateTimeField()

    class Meta:
        verbose_name = _("sign-in throttle")
        verbose_name_plural = _("sign-in throttles")

    def __str__(self) -> str:
        return self.key


class SavedFilter(models.Model):
    """What a list shows under a name that its person gave: the list's address and its query string."""

    scope = Scope.private("user")
    audited = False  # a person's own shortcut: it changes nothing that others see

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_filters")
    path = models.CharField(max_length=200)
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=2000)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "path", "name"], name="accounts_saved_filter_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        """The list as it was saved."""
        return f"{self.path}?{self.query}"
